/** The same members as `src/problem.ts`, which needs what is missing here. */
export const asJson = (error) =>
  `${JSON.stringify({
    type: "urn:loom:problem:set_up_failed",
    title: "Something is missing",
    status: null,
    code: "set_up_failed",
    detail: error.message,
    remedy: null,
    instance: null,
    exitCode: 1,
  })}\n`
