/*
 * Where things that are served again are kept in the artifact store.
 */

/** The envelope of the task's newest proof. */
export const proofKey = (taskId: string) => `tasks/${taskId}/proof.json`

/** A full test report, named by its content: no later run can put another in its place. */
export const reportKey = (runId: string, sha256: string) => `runs/${runId}/reports/${sha256}.json`

/** The patch of a proof, named by its content. */
export const patchKey = (runId: string, sha256: string) => `runs/${runId}/patches/${sha256}.patch`

/** The plan of a run, as soon as there is one. */
export const planKey = (runId: string) => `runs/${runId}/plan.json`

/** The change of a run as it was last kept, while it has no proof. */
export const latestPatchKey = (runId: string) => `runs/${runId}/latest.patch`
