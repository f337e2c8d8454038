import type { CapabilityError } from "@loom/core/domain/Capability"

/** The capability of a request, or the empty string, which no secret signs. */
export const bearerOf = (headers: Headers): string => /^Bearer +(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1] ?? ""

/**
 * 401 for what is no capability; 403 for a true one that is too old or opens other doors; 503 where nobody knows now, so that git
 * and the models' clients try again. Clients retry a 401 with other
 * credentials or for a long time, so a run that may not is never told 401.
 */
export const refuseCapability = (error: CapabilityError, answer: (status: 401 | 403 | 503, text: string) => Response): Response =>
  answer(error._tag === "CapabilityForged" ? 401 : error._tag === "CapabilityUnverified" ? 503 : 403, error.message)
