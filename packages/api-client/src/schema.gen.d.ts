// Generated from ../openapi.json: `vitest run -u packages/api-client` writes it anew.
export interface paths {
    readonly "/api/v1/tasks": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Tasks, newest first */
        readonly get: operations["listTasks"];
        readonly put?: never;
        /**
         * Have an issue resolved
         * @description Name an issue, or give `title` and `body` of one to be opened. The issue gets the control label; an issue with an open task answers that task.
         */
        readonly post: operations["submitTask"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/tasks/{id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** A task with its stages, how its last run ended, and what the gate found */
        readonly get: operations["getTask"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/tasks/{id}/events": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The task's history, oldest first */
        readonly get: operations["listTaskEvents"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/tasks/{id}/logs": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The task's log, oldest line first */
        readonly get: operations["listTaskLogs"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/tasks/{id}/live": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * What happens to the task, as it happens
         * @description Server-sent events, described by /api/asyncapi.json. Send `Last-Event-ID` to go on where a connection broke. Ends when the task has ended, and after five minutes.
         */
        readonly get: operations["followTask"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/tasks/{id}/plan": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** What the newest run means to do */
        readonly get: operations["getTaskPlan"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/tasks/{id}/diff": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * The change as a patch
         * @description The patch that was proven, where there is a proof; else what the newest run has written so far. `Loom-Diff` says which: `proven` or `unproven`.
         */
        readonly get: operations["getTaskDiff"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/tasks/{id}/cancel": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Stop the task
         * @description A task that has not started ends at once; a run stops within its present step, and its end is told on the issue.
         */
        readonly post: operations["cancelTask"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/tasks/{id}/retry": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Try the task again
         * @description An ended task is followed by a new one, whose run starts from the beginning; a queued one is hurried; a waiting one goes on.
         */
        readonly post: operations["retryTask"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/tasks/{id}/proof": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * The signed proof of the change
         * @description A DSSE envelope, byte for byte as it was signed. `loom verify` checks it.
         */
        readonly get: operations["getTaskProof"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/tasks/{id}/proof/patch": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** The patch that the proof names */
        readonly get: operations["getTaskProofPatch"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/tasks/{id}/proof/reports/{sha256}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** A full test report that the proof names */
        readonly get: operations["getTaskProofReport"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/proof-key": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * The public keys of this Loom's proofs, the present one first
         * @description For everyone: they are no secret, and who checks a proof needs no other right.
         */
        readonly get: operations["listProofKeys"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/proof-key/{file}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** One public key as PEM: `{keyid}.pem` */
        readonly get: operations["getProofKey"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/repositories": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Repositories that Loom has worked on, by name
         * @description With the recipe and the findings of their newest run. A repository without a task is not here yet.
         */
        readonly get: operations["listRepositories"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/repositories/{owner}/{name}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** A repository with its configuration as Loom reads it now, and its errors */
        readonly get: operations["getRepository"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/sync": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Read the labelled issues again and take what was missed
         * @description At most the newest 100 open issues with the control label. One whose newest task was made after the label was set is known already. The wish is that of the person who set the label; where that was no person, it is the asker's.
         */
        readonly post: operations["syncRepository"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/status": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * How Loom is doing
         * @description Asks each neighbour once, for at most three seconds.
         */
        readonly get: operations["getStatus"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/healthz": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Whether the Worker runs
         * @description For machines: asks nobody.
         */
        readonly get: operations["getHealth"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/metrics": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Figures for Prometheus
         * @description Text exposition format 0.0.4, for a scraper that sends the operator's token. Asks nobody but the database.
         */
        readonly get: operations["getMetrics"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/v1/usage": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** What models cost, by day and model */
        readonly get: operations["getUsage"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        readonly Problem: {
            readonly type: string;
            readonly title: string;
            readonly status: number;
            readonly code: string;
            readonly detail: string;
            readonly remedy: string;
        } & {
            readonly [key: string]: unknown;
        };
        readonly TaskPage: {
            readonly items: readonly ({
                readonly id: string;
                readonly repository: string;
                readonly issueNumber: number;
                readonly issueUrl: string;
                readonly title: string;
                /** @enum {string} */
                readonly status: "pending" | "running" | "waiting" | "completed" | "failed" | "cancelled";
                readonly reason: string | null;
                readonly stage: string | null;
                readonly requestedBy: string;
                readonly attempt: number;
                readonly verdict: ("pass" | "existing_failures_only" | "regressed" | "flaky" | "timed_out" | "infrastructure" | "no_tests" | "broken_baseline") | null;
                readonly pullRequest: ({
                    readonly number: number;
                    readonly url: string;
                    readonly draft: boolean;
                    readonly branch: string;
                    readonly base: string;
                } & {
                    readonly [key: string]: unknown;
                }) | null;
                readonly usage: {
                    readonly requests: number;
                    readonly inputTokens: number;
                    readonly outputTokens: number;
                    readonly cachedInputTokens: number;
                    readonly costUsd: number | null;
                } & {
                    readonly [key: string]: unknown;
                };
                readonly createdAt: number;
                readonly updatedAt: number;
            } & {
                readonly [key: string]: unknown;
            })[];
            readonly next: string | null;
        } & {
            readonly [key: string]: unknown;
        };
        readonly TaskDetail: {
            readonly id: string;
            readonly repository: string;
            readonly issueNumber: number;
            readonly issueUrl: string;
            readonly title: string;
            /** @enum {string} */
            readonly status: "pending" | "running" | "waiting" | "completed" | "failed" | "cancelled";
            readonly reason: string | null;
            readonly stage: string | null;
            readonly requestedBy: string;
            readonly attempt: number;
            readonly verdict: ("pass" | "existing_failures_only" | "regressed" | "flaky" | "timed_out" | "infrastructure" | "no_tests" | "broken_baseline") | null;
            readonly pullRequest: ({
                readonly number: number;
                readonly url: string;
                readonly draft: boolean;
                readonly branch: string;
                readonly base: string;
            } & {
                readonly [key: string]: unknown;
            }) | null;
            readonly usage: {
                readonly requests: number;
                readonly inputTokens: number;
                readonly outputTokens: number;
                readonly cachedInputTokens: number;
                readonly costUsd: number | null;
            } & {
                readonly [key: string]: unknown;
            };
            readonly createdAt: number;
            readonly updatedAt: number;
            /** @enum {string} */
            readonly waiting?: "needs_input" | "awaiting_approval" | "budget" | "paused" | "blocked";
            readonly runId: string | null;
            readonly stages: readonly ({
                /** @enum {string} */
                readonly name: "admit" | "prepare" | "baseline" | "plan" | "code" | "verify" | "review" | "publish" | "close";
                readonly startedAt: number;
                readonly endedAt: number | null;
                /** @enum {string} */
                readonly outcome: "running" | "ok" | "failed" | "skipped";
                readonly summary: string;
            } & {
                readonly [key: string]: unknown;
            })[];
            readonly outcome: ({
                /** @enum {string} */
                readonly status: "completed" | "failed" | "cancelled" | "refused";
                readonly verdict: ("pass" | "existing_failures_only" | "regressed" | "flaky" | "timed_out" | "infrastructure" | "no_tests" | "broken_baseline") | null;
                readonly pullRequest: ({
                    readonly number: number;
                    readonly url: string;
                    readonly draft: boolean;
                    readonly branch: string;
                    readonly base: string;
                    readonly headSha: string;
                } & {
                    readonly [key: string]: unknown;
                }) | null;
                readonly failure: ({
                    /** @enum {string} */
                    readonly class: "transient" | "permanent" | "needs_human";
                    /** @enum {string} */
                    readonly stage: "admit" | "prepare" | "baseline" | "plan" | "code" | "verify" | "review" | "publish" | "close";
                    readonly code: string;
                    readonly reason: string;
                    readonly remedy: string;
                    readonly evidence: string | null;
                } & {
                    readonly [key: string]: unknown;
                }) | null;
                readonly recipe: ({
                    readonly cwd: string;
                    readonly language: string;
                    readonly packageManager: string | null;
                    /** @enum {string} */
                    readonly runner: "vitest" | "jest" | "mocha" | "node:test" | "ava" | "tap" | "jasmine" | "uvu" | "bun" | "deno" | "pytest" | "unittest" | "go" | "cargo" | "rspec" | "minitest" | "test-unit" | "phpunit" | "maven" | "gradle" | "ctest" | "bats" | "prove" | "junit" | "exit-code";
                    readonly install: readonly ({
                        readonly command: string;
                        readonly origin: string;
                    } & {
                        readonly [key: string]: unknown;
                    })[];
                    readonly test: readonly ({
                        readonly command: string;
                        readonly origin: string;
                    } & {
                        readonly [key: string]: unknown;
                    })[];
                    readonly env: {
                        readonly [key: string]: string;
                    };
                    readonly tools: {
                        readonly [key: string]: string;
                    };
                    readonly build?: {
                        readonly command: string;
                        readonly origin: string;
                    } & {
                        readonly [key: string]: unknown;
                    };
                    readonly languages?: readonly string[];
                    readonly frameworks?: readonly ({
                        readonly name: string;
                        readonly origin: string;
                    } & {
                        readonly [key: string]: unknown;
                    })[];
                    readonly services?: readonly ({
                        readonly name: string;
                        readonly kind: string;
                        readonly port: number | null;
                        readonly origin: string;
                        /** @enum {string} */
                        readonly state: "provided" | "missing";
                        readonly reason: string;
                    } & {
                        readonly [key: string]: unknown;
                    })[];
                    readonly packages?: readonly ({
                        readonly path: string;
                        readonly name: string | null;
                        readonly origin: string;
                    } & {
                        readonly [key: string]: unknown;
                    })[];
                    readonly notes?: readonly string[];
                    readonly installKey?: string;
                } & {
                    readonly [key: string]: unknown;
                }) | null;
                readonly baseCommit: string | null;
                readonly headCommit: string | null;
                readonly comparison: ({
                    /** @enum {string} */
                    readonly verdict: "pass" | "existing_failures_only" | "regressed" | "flaky" | "timed_out" | "infrastructure" | "no_tests" | "broken_baseline";
                    readonly reason: string;
                    readonly base: {
                        readonly passed: number;
                        readonly failed: number;
                        readonly skipped: number;
                    } & {
                        readonly [key: string]: unknown;
                    };
                    readonly head: {
                        readonly passed: number;
                        readonly failed: number;
                        readonly skipped: number;
                    } & {
                        readonly [key: string]: unknown;
                    };
                    readonly fixed: readonly string[];
                    readonly regressed: readonly string[];
                    readonly stillFailing: readonly string[];
                    readonly added: readonly string[];
                    readonly removed: readonly string[];
                    readonly flaky: readonly string[];
                    readonly unstable?: readonly string[];
                    readonly runs?: {
                        readonly base: number;
                        readonly head: number;
                    } & {
                        readonly [key: string]: unknown;
                    };
                    readonly failures: readonly ({
                        readonly id: string;
                        readonly file: string | null;
                        readonly name: string;
                        /** @enum {string} */
                        readonly status: "passed" | "failed" | "skipped";
                        readonly durationMs: number | null;
                        readonly message: string | null;
                        readonly location: ({
                            readonly file: string;
                            readonly line: number;
                        } & {
                            readonly [key: string]: unknown;
                        }) | null;
                        readonly suite?: readonly string[];
                        readonly parameters?: string;
                        readonly retries?: number;
                        readonly expectedFailure?: boolean;
                    } & {
                        readonly [key: string]: unknown;
                    })[];
                } & {
                    readonly [key: string]: unknown;
                }) | null;
                readonly gate?: {
                    readonly results: readonly ({
                        /** @enum {string} */
                        readonly gate: "cheats" | "tests" | "secrets" | "protected_paths" | "coverage" | "lint" | "types" | "size" | "dependencies" | "risk";
                        /** @enum {string} */
                        readonly setting: "on" | "warn" | "off";
                        /** @enum {string} */
                        readonly status: "passed" | "warned" | "blocked" | "not_checked" | "off";
                        readonly summary: string;
                        readonly findings: readonly ({
                            /** @enum {string} */
                            readonly severity: "block" | "warn";
                            readonly file: string | null;
                            readonly line: number | null;
                            readonly text: string;
                            readonly explanation: string;
                        } & {
                            readonly [key: string]: unknown;
                        })[];
                    } & {
                        readonly [key: string]: unknown;
                    })[];
                    readonly tests: {
                        /** @enum {string} */
                        readonly status: "proven" | "proves_nothing" | "no_tests" | "exempt" | "not_checked";
                        readonly reason: string;
                        readonly tests: readonly ({
                            readonly id: string;
                            readonly isNew: boolean;
                            /** @enum {string} */
                            readonly atBase: "failed" | "passed" | "not_loaded" | "not_run";
                        } & {
                            readonly [key: string]: unknown;
                        })[];
                    } & {
                        readonly [key: string]: unknown;
                    };
                    readonly risk: {
                        readonly score: number;
                        /** @enum {string} */
                        readonly level: "low" | "medium" | "high";
                        readonly reasons: readonly ({
                            readonly points: number;
                            readonly reason: string;
                        } & {
                            readonly [key: string]: unknown;
                        })[];
                    } & {
                        readonly [key: string]: unknown;
                    };
                } & {
                    readonly [key: string]: unknown;
                };
                readonly plan?: {
                    readonly type: string;
                    readonly title: string;
                    readonly summary: string;
                    readonly steps: readonly string[];
                } & {
                    readonly [key: string]: unknown;
                };
                readonly usage: {
                    readonly requests: number;
                    readonly inputTokens: number;
                    readonly outputTokens: number;
                    readonly cachedInputTokens: number;
                    readonly costUsd: number | null;
                } & {
                    readonly [key: string]: unknown;
                };
                readonly stages: readonly ({
                    /** @enum {string} */
                    readonly name: "admit" | "prepare" | "baseline" | "plan" | "code" | "verify" | "review" | "publish" | "close";
                    readonly startedAt: number;
                    readonly endedAt: number | null;
                    /** @enum {string} */
                    readonly outcome: "running" | "ok" | "failed" | "skipped";
                    readonly summary: string;
                } & {
                    readonly [key: string]: unknown;
                })[];
            } & {
                readonly [key: string]: unknown;
            }) | null;
        } & {
            readonly [key: string]: unknown;
        };
        readonly TaskEventPage: {
            readonly items: readonly ({
                readonly seq: number;
                readonly at: number;
                readonly type: string;
                readonly actor: string;
                readonly cause: string;
                readonly data: unknown;
                readonly hash: string;
            } & {
                readonly [key: string]: unknown;
            })[];
            readonly next: string | null;
        } & {
            readonly [key: string]: unknown;
        };
        readonly TaskLogPage: {
            readonly items: readonly ({
                readonly seq: number;
                readonly at: number;
                readonly stage: ("admit" | "prepare" | "baseline" | "plan" | "code" | "verify" | "review" | "publish" | "close") | null;
                /** @enum {string} */
                readonly level: "debug" | "info" | "warn" | "error";
                readonly message: string;
            } & {
                readonly [key: string]: unknown;
            })[];
            readonly next: string | null;
        } & {
            readonly [key: string]: unknown;
        };
        readonly Plan: {
            readonly type: string;
            readonly title: string;
            readonly summary: string;
            readonly steps: readonly string[];
        } & {
            readonly [key: string]: unknown;
        };
        readonly TaskAnswer: {
            readonly taskId: string;
            /** @enum {string} */
            readonly status: "pending" | "running" | "waiting" | "completed" | "failed" | "cancelled";
            /** @enum {string} */
            readonly effect: "created" | "joined" | "repeated" | "changed" | "unchanged";
        } & {
            readonly [key: string]: unknown;
        };
        readonly ProofKeys: {
            readonly keys: readonly ({
                readonly keyid: string;
                /** @enum {string} */
                readonly algorithm: "Ed25519";
                readonly current: boolean;
                readonly spki: string;
                readonly pem: string;
            } & {
                readonly [key: string]: unknown;
            })[];
        } & {
            readonly [key: string]: unknown;
        };
        readonly RepositoryPage: {
            readonly items: readonly ({
                readonly id: number;
                readonly repository: string;
                readonly installationId: number;
                readonly tasks: {
                    readonly pending: number;
                    readonly running: number;
                    readonly waiting: number;
                    readonly completed: number;
                    readonly failed: number;
                    readonly cancelled: number;
                } & {
                    readonly [key: string]: unknown;
                };
                readonly lastResult: ({
                    readonly taskId: string;
                    readonly issueNumber: number;
                    readonly title: string;
                    /** @enum {string} */
                    readonly status: "pending" | "running" | "waiting" | "completed" | "failed" | "cancelled";
                    readonly verdict: ("pass" | "existing_failures_only" | "regressed" | "flaky" | "timed_out" | "infrastructure" | "no_tests" | "broken_baseline") | null;
                    readonly at: number;
                } & {
                    readonly [key: string]: unknown;
                }) | null;
                readonly recipe: ({
                    readonly cwd: string;
                    readonly language: string;
                    readonly packageManager: string | null;
                    /** @enum {string} */
                    readonly runner: "vitest" | "jest" | "mocha" | "node:test" | "ava" | "tap" | "jasmine" | "uvu" | "bun" | "deno" | "pytest" | "unittest" | "go" | "cargo" | "rspec" | "minitest" | "test-unit" | "phpunit" | "maven" | "gradle" | "ctest" | "bats" | "prove" | "junit" | "exit-code";
                    readonly install: readonly ({
                        readonly command: string;
                        readonly origin: string;
                    } & {
                        readonly [key: string]: unknown;
                    })[];
                    readonly test: readonly ({
                        readonly command: string;
                        readonly origin: string;
                    } & {
                        readonly [key: string]: unknown;
                    })[];
                    readonly env: {
                        readonly [key: string]: string;
                    };
                    readonly tools: {
                        readonly [key: string]: string;
                    };
                    readonly build?: {
                        readonly command: string;
                        readonly origin: string;
                    } & {
                        readonly [key: string]: unknown;
                    };
                    readonly languages?: readonly string[];
                    readonly frameworks?: readonly ({
                        readonly name: string;
                        readonly origin: string;
                    } & {
                        readonly [key: string]: unknown;
                    })[];
                    readonly services?: readonly ({
                        readonly name: string;
                        readonly kind: string;
                        readonly port: number | null;
                        readonly origin: string;
                        /** @enum {string} */
                        readonly state: "provided" | "missing";
                        readonly reason: string;
                    } & {
                        readonly [key: string]: unknown;
                    })[];
                    readonly packages?: readonly ({
                        readonly path: string;
                        readonly name: string | null;
                        readonly origin: string;
                    } & {
                        readonly [key: string]: unknown;
                    })[];
                    readonly notes?: readonly string[];
                    readonly installKey?: string;
                } & {
                    readonly [key: string]: unknown;
                }) | null;
                readonly findings: readonly ({
                    readonly code: string;
                    readonly detail: string;
                    readonly remedy: string;
                } & {
                    readonly [key: string]: unknown;
                })[];
            } & {
                readonly [key: string]: unknown;
            })[];
            readonly next: string | null;
        } & {
            readonly [key: string]: unknown;
        };
        readonly RepositoryDetail: {
            readonly id: number;
            readonly repository: string;
            readonly installationId: number;
            readonly tasks: {
                readonly pending: number;
                readonly running: number;
                readonly waiting: number;
                readonly completed: number;
                readonly failed: number;
                readonly cancelled: number;
            } & {
                readonly [key: string]: unknown;
            };
            readonly lastResult: ({
                readonly taskId: string;
                readonly issueNumber: number;
                readonly title: string;
                /** @enum {string} */
                readonly status: "pending" | "running" | "waiting" | "completed" | "failed" | "cancelled";
                readonly verdict: ("pass" | "existing_failures_only" | "regressed" | "flaky" | "timed_out" | "infrastructure" | "no_tests" | "broken_baseline") | null;
                readonly at: number;
            } & {
                readonly [key: string]: unknown;
            }) | null;
            readonly recipe: ({
                readonly cwd: string;
                readonly language: string;
                readonly packageManager: string | null;
                /** @enum {string} */
                readonly runner: "vitest" | "jest" | "mocha" | "node:test" | "ava" | "tap" | "jasmine" | "uvu" | "bun" | "deno" | "pytest" | "unittest" | "go" | "cargo" | "rspec" | "minitest" | "test-unit" | "phpunit" | "maven" | "gradle" | "ctest" | "bats" | "prove" | "junit" | "exit-code";
                readonly install: readonly ({
                    readonly command: string;
                    readonly origin: string;
                } & {
                    readonly [key: string]: unknown;
                })[];
                readonly test: readonly ({
                    readonly command: string;
                    readonly origin: string;
                } & {
                    readonly [key: string]: unknown;
                })[];
                readonly env: {
                    readonly [key: string]: string;
                };
                readonly tools: {
                    readonly [key: string]: string;
                };
                readonly build?: {
                    readonly command: string;
                    readonly origin: string;
                } & {
                    readonly [key: string]: unknown;
                };
                readonly languages?: readonly string[];
                readonly frameworks?: readonly ({
                    readonly name: string;
                    readonly origin: string;
                } & {
                    readonly [key: string]: unknown;
                })[];
                readonly services?: readonly ({
                    readonly name: string;
                    readonly kind: string;
                    readonly port: number | null;
                    readonly origin: string;
                    /** @enum {string} */
                    readonly state: "provided" | "missing";
                    readonly reason: string;
                } & {
                    readonly [key: string]: unknown;
                })[];
                readonly packages?: readonly ({
                    readonly path: string;
                    readonly name: string | null;
                    readonly origin: string;
                } & {
                    readonly [key: string]: unknown;
                })[];
                readonly notes?: readonly string[];
                readonly installKey?: string;
            } & {
                readonly [key: string]: unknown;
            }) | null;
            readonly findings: readonly ({
                readonly code: string;
                readonly detail: string;
                readonly remedy: string;
            } & {
                readonly [key: string]: unknown;
            })[];
            readonly defaultBranch: string | null;
            readonly archived: boolean | null;
            readonly config: ({
                readonly label?: string;
                readonly base_branch?: string;
                readonly reviewers?: readonly string[];
                readonly model?: string;
                readonly budget_usd?: number;
                readonly max_minutes?: number;
                readonly setup?: readonly string[];
                readonly test?: readonly string[];
                readonly require_tests?: boolean;
                readonly packages?: readonly string[];
                readonly allow_paths?: readonly string[];
                readonly protect_paths?: readonly string[];
                readonly autofix?: boolean;
                readonly draft?: boolean;
                readonly language?: string;
                readonly gates?: {
                    /** @enum {string} */
                    readonly cheats?: "on" | "warn" | "off";
                    /** @enum {string} */
                    readonly tests?: "on" | "warn" | "off";
                    /** @enum {string} */
                    readonly secrets?: "on" | "warn" | "off";
                    /** @enum {string} */
                    readonly protected_paths?: "on" | "warn" | "off";
                    /** @enum {string} */
                    readonly coverage?: "on" | "warn" | "off";
                    /** @enum {string} */
                    readonly lint?: "on" | "warn" | "off";
                    /** @enum {string} */
                    readonly types?: "on" | "warn" | "off";
                    /** @enum {string} */
                    readonly size?: "on" | "warn" | "off";
                    /** @enum {string} */
                    readonly dependencies?: "on" | "warn" | "off";
                    /** @enum {string} */
                    readonly risk?: "on" | "warn" | "off";
                    readonly max_files?: number;
                    readonly max_lines?: number;
                    readonly min_coverage?: number;
                    readonly max_risk?: number;
                } & {
                    readonly [key: string]: unknown;
                };
            } & {
                readonly [key: string]: unknown;
            }) | null;
            readonly configProblems: readonly string[];
        } & {
            readonly [key: string]: unknown;
        };
        readonly SyncResult: {
            readonly repository: string;
            readonly label: string;
            readonly issues: readonly ({
                readonly issueNumber: number;
                readonly taskId: string | null;
                /** @enum {string} */
                readonly effect: "created" | "joined" | "repeated" | "known" | "skipped";
            } & {
                readonly [key: string]: unknown;
            })[];
        } & {
            readonly [key: string]: unknown;
        };
        readonly SystemStatus: {
            readonly version: string;
            readonly queued: number;
            readonly running: number;
            readonly waiting: number;
            readonly oldestPendingMs: number | null;
            readonly completed: number;
            readonly failed: number;
            readonly cancelled: number;
            readonly lastDay: {
                readonly ended: number;
                readonly successRate: number | null;
                readonly errorRate: number | null;
            } & {
                readonly [key: string]: unknown;
            };
            readonly githubRateLimit: ({
                readonly limit: number;
                readonly remaining: number;
                readonly resetAt: number;
            } & {
                readonly [key: string]: unknown;
            }) | null;
            readonly health: {
                readonly github: string;
                readonly model: string;
                readonly sandbox: string;
                readonly database: string;
            } & {
                readonly [key: string]: unknown;
            };
        } & {
            readonly [key: string]: unknown;
        };
        readonly Health: {
            /** @enum {string} */
            readonly status: "ok";
            readonly version: string;
        } & {
            readonly [key: string]: unknown;
        };
        readonly UsageReport: {
            readonly from: string;
            readonly to: string;
            readonly total: {
                readonly requests: number;
                readonly inputTokens: number;
                readonly outputTokens: number;
                readonly cachedInputTokens: number;
                readonly costUsd: number | null;
            } & {
                readonly [key: string]: unknown;
            };
            readonly days: readonly ({
                readonly day: string;
                readonly provider: string;
                readonly model: string;
                readonly usage: {
                    readonly requests: number;
                    readonly inputTokens: number;
                    readonly outputTokens: number;
                    readonly cachedInputTokens: number;
                    readonly costUsd: number | null;
                } & {
                    readonly [key: string]: unknown;
                };
            } & {
                readonly [key: string]: unknown;
            })[];
        } & {
            readonly [key: string]: unknown;
        };
    };
    responses: never;
    parameters: {
        /** @description The same key with the same request answers the same, for 24 hours. */
        readonly IdempotencyKey: string;
        readonly IfNoneMatch: string;
    };
    requestBodies: never;
    headers: {
        /** @description Finds this request in the Worker's logs. */
        readonly RequestId: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    readonly listTasks: {
        readonly parameters: {
            readonly query?: {
                readonly status?: string;
                readonly repository?: string;
                readonly q?: string;
                readonly cursor?: string;
                readonly limit?: number;
            };
            readonly header?: {
                readonly "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description TaskPage. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    /** @description Names this very content. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["TaskPage"];
                };
            };
            /** @description Unchanged: the content is what `If-None-Match` names. */
            readonly 304: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request */
            readonly 400: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "bad_request";
                        /** @constant */
                        readonly status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "unauthorized";
                        /** @constant */
                        readonly status?: 401;
                    };
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "internal";
                        /** @constant */
                        readonly status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable */
            readonly 503: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "unavailable";
                        /** @constant */
                        readonly status?: 503;
                    };
                };
            };
        };
    };
    readonly submitTask: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The same key with the same request answers the same, for 24 hours. */
                readonly "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    /** @description owner/name */
                    readonly repository: string;
                    /** @description GitHub login whose permission counts. Only for operators who have none themselves. */
                    readonly requestedBy?: string;
                    readonly issueNumber: number;
                } | {
                    /** @description owner/name */
                    readonly repository: string;
                    /** @description GitHub login whose permission counts. Only for operators who have none themselves. */
                    readonly requestedBy?: string;
                    readonly title: string;
                    readonly body?: string;
                };
            };
        };
        readonly responses: {
            /** @description TaskAnswer. */
            readonly 202: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    /** @description What is left of the account's limit. */
                    readonly RateLimit?: string;
                    /** @description The limit. */
                    readonly "RateLimit-Policy"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["TaskAnswer"];
                };
            };
            /** @description Not JSON; Bad Idempotency-Key */
            readonly 400: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "bad_json" | "bad_idempotency_key";
                        /** @constant */
                        readonly status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "unauthorized";
                        /** @constant */
                        readonly status?: 401;
                    };
                };
            };
            /** @description Forbidden; Insufficient scope */
            readonly 403: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "forbidden" | "insufficient_scope";
                        /** @constant */
                        readonly status?: 403;
                    };
                };
            };
            /** @description Unknown repository; No such issue */
            readonly 404: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "repository_unknown" | "issue_not_found";
                        /** @constant */
                        readonly status?: 404;
                    };
                };
            };
            /** @description Issue closed; Not an issue; Still being answered */
            readonly 409: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "issue_closed" | "is_pull_request" | "in_flight";
                        /** @constant */
                        readonly status?: 409;
                    };
                };
            };
            /** @description Payload too large */
            readonly 413: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "too_large";
                        /** @constant */
                        readonly status?: 413;
                    };
                };
            };
            /** @description Unsupported media type */
            readonly 415: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "unsupported_media_type";
                        /** @constant */
                        readonly status?: 415;
                    };
                };
            };
            /** @description Nobody to ask for; Refused by GitHub; Not as described; Idempotency-Key used before */
            readonly 422: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "requester_missing" | "refused_by_github" | "validation_failed" | "idempotency_key_reused";
                        /** @constant */
                        readonly status?: 422;
                    };
                };
            };
            /** @description Too many requests */
            readonly 429: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "rate_limited";
                        /** @constant */
                        readonly status?: 429;
                    };
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "internal";
                        /** @constant */
                        readonly status?: 500;
                    };
                };
            };
            /** @description GitHub does not answer; Temporarily unavailable */
            readonly 503: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "github_unavailable" | "unavailable";
                        /** @constant */
                        readonly status?: 503;
                    };
                };
            };
        };
    };
    readonly getTask: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                readonly "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description TaskDetail. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    /** @description Names this very content. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["TaskDetail"];
                };
            };
            /** @description Unchanged: the content is what `If-None-Match` names. */
            readonly 304: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request */
            readonly 400: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "bad_request";
                        /** @constant */
                        readonly status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "unauthorized";
                        /** @constant */
                        readonly status?: 401;
                    };
                };
            };
            /** @description Not found */
            readonly 404: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "not_found";
                        /** @constant */
                        readonly status?: 404;
                    };
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "internal";
                        /** @constant */
                        readonly status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable */
            readonly 503: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "unavailable";
                        /** @constant */
                        readonly status?: 503;
                    };
                };
            };
        };
    };
    readonly listTaskEvents: {
        readonly parameters: {
            readonly query?: {
                readonly after?: number;
                readonly limit?: number;
            };
            readonly header?: {
                readonly "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description TaskEventPage. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    /** @description Names this very content. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["TaskEventPage"];
                };
            };
            /** @description Unchanged: the content is what `If-None-Match` names. */
            readonly 304: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request */
            readonly 400: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "bad_request";
                        /** @constant */
                        readonly status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "unauthorized";
                        /** @constant */
                        readonly status?: 401;
                    };
                };
            };
            /** @description Not found */
            readonly 404: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "not_found";
                        /** @constant */
                        readonly status?: 404;
                    };
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "internal";
                        /** @constant */
                        readonly status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable */
            readonly 503: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "unavailable";
                        /** @constant */
                        readonly status?: 503;
                    };
                };
            };
        };
    };
    readonly listTaskLogs: {
        readonly parameters: {
            readonly query?: {
                readonly after?: number;
                readonly limit?: number;
            };
            readonly header?: {
                readonly "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description TaskLogPage. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    /** @description Names this very content. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["TaskLogPage"];
                };
            };
            /** @description Unchanged: the content is what `If-None-Match` names. */
            readonly 304: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request */
            readonly 400: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "bad_request";
                        /** @constant */
                        readonly status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "unauthorized";
                        /** @constant */
                        readonly status?: 401;
                    };
                };
            };
            /** @description Not found */
            readonly 404: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "not_found";
                        /** @constant */
                        readonly status?: 404;
                    };
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "internal";
                        /** @constant */
                        readonly status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable */
            readonly 503: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "unavailable";
                        /** @constant */
                        readonly status?: 503;
                    };
                };
            };
        };
    };
    readonly followTask: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Server-sent events. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/event-stream": string;
                };
            };
            /** @description Bad request */
            readonly 400: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "bad_request";
                        /** @constant */
                        readonly status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "unauthorized";
                        /** @constant */
                        readonly status?: 401;
                    };
                };
            };
            /** @description Not found */
            readonly 404: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "not_found";
                        /** @constant */
                        readonly status?: 404;
                    };
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "internal";
                        /** @constant */
                        readonly status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable */
            readonly 503: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "unavailable";
                        /** @constant */
                        readonly status?: 503;
                    };
                };
            };
        };
    };
    readonly getTaskPlan: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                readonly "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Plan. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    /** @description Names this very content. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Plan"];
                };
            };
            /** @description Unchanged: the content is what `If-None-Match` names. */
            readonly 304: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request */
            readonly 400: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "bad_request";
                        /** @constant */
                        readonly status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "unauthorized";
                        /** @constant */
                        readonly status?: 401;
                    };
                };
            };
            /** @description Not found; No plan */
            readonly 404: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "not_found" | "no_plan";
                        /** @constant */
                        readonly status?: 404;
                    };
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "internal";
                        /** @constant */
                        readonly status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable */
            readonly 503: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "unavailable";
                        /** @constant */
                        readonly status?: 503;
                    };
                };
            };
        };
    };
    readonly getTaskDiff: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                readonly "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description A unified diff, as `git diff --binary` writes it. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    /** @description Names this very content. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/x-diff": string;
                };
            };
            /** @description Unchanged: the content is what `If-None-Match` names. */
            readonly 304: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request */
            readonly 400: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "bad_request";
                        /** @constant */
                        readonly status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "unauthorized";
                        /** @constant */
                        readonly status?: 401;
                    };
                };
            };
            /** @description Not found; No change */
            readonly 404: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "not_found" | "no_diff";
                        /** @constant */
                        readonly status?: 404;
                    };
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "internal";
                        /** @constant */
                        readonly status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable */
            readonly 503: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "unavailable";
                        /** @constant */
                        readonly status?: 503;
                    };
                };
            };
        };
    };
    readonly cancelTask: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The same key with the same request answers the same, for 24 hours. */
                readonly "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description TaskAnswer. */
            readonly 202: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    /** @description What is left of the account's limit. */
                    readonly RateLimit?: string;
                    /** @description The limit. */
                    readonly "RateLimit-Policy"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["TaskAnswer"];
                };
            };
            /** @description Bad request; Bad Idempotency-Key */
            readonly 400: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "bad_request" | "bad_idempotency_key";
                        /** @constant */
                        readonly status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "unauthorized";
                        /** @constant */
                        readonly status?: 401;
                    };
                };
            };
            /** @description Forbidden; Insufficient scope */
            readonly 403: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "forbidden" | "insufficient_scope";
                        /** @constant */
                        readonly status?: 403;
                    };
                };
            };
            /** @description Not found */
            readonly 404: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "not_found";
                        /** @constant */
                        readonly status?: 404;
                    };
                };
            };
            /** @description Already ended; Still being answered */
            readonly 409: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "already_ended" | "in_flight";
                        /** @constant */
                        readonly status?: 409;
                    };
                };
            };
            /** @description Idempotency-Key used before */
            readonly 422: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "idempotency_key_reused";
                        /** @constant */
                        readonly status?: 422;
                    };
                };
            };
            /** @description Too many requests */
            readonly 429: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "rate_limited";
                        /** @constant */
                        readonly status?: 429;
                    };
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "internal";
                        /** @constant */
                        readonly status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable */
            readonly 503: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "unavailable";
                        /** @constant */
                        readonly status?: 503;
                    };
                };
            };
        };
    };
    readonly retryTask: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The same key with the same request answers the same, for 24 hours. */
                readonly "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description TaskAnswer. */
            readonly 202: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    /** @description What is left of the account's limit. */
                    readonly RateLimit?: string;
                    /** @description The limit. */
                    readonly "RateLimit-Policy"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["TaskAnswer"];
                };
            };
            /** @description Bad request; Bad Idempotency-Key */
            readonly 400: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "bad_request" | "bad_idempotency_key";
                        /** @constant */
                        readonly status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "unauthorized";
                        /** @constant */
                        readonly status?: 401;
                    };
                };
            };
            /** @description Forbidden; Insufficient scope */
            readonly 403: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "forbidden" | "insufficient_scope";
                        /** @constant */
                        readonly status?: 403;
                    };
                };
            };
            /** @description Not found */
            readonly 404: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "not_found";
                        /** @constant */
                        readonly status?: 404;
                    };
                };
            };
            /** @description Already running; Superseded; Still being answered */
            readonly 409: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "already_running" | "superseded" | "in_flight";
                        /** @constant */
                        readonly status?: 409;
                    };
                };
            };
            /** @description Idempotency-Key used before */
            readonly 422: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "idempotency_key_reused";
                        /** @constant */
                        readonly status?: 422;
                    };
                };
            };
            /** @description Too many requests */
            readonly 429: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "rate_limited";
                        /** @constant */
                        readonly status?: 429;
                    };
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "internal";
                        /** @constant */
                        readonly status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable */
            readonly 503: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "unavailable";
                        /** @constant */
                        readonly status?: 503;
                    };
                };
            };
        };
    };
    readonly getTaskProof: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                readonly "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The envelope. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    /** @description Names this very content. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/vnd.dsse.envelope.v1+json": unknown;
                };
            };
            /** @description Unchanged: the content is what `If-None-Match` names. */
            readonly 304: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request */
            readonly 400: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "bad_request";
                        /** @constant */
                        readonly status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "unauthorized";
                        /** @constant */
                        readonly status?: 401;
                    };
                };
            };
            /** @description Not found; No proof */
            readonly 404: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "not_found" | "no_proof";
                        /** @constant */
                        readonly status?: 404;
                    };
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "internal";
                        /** @constant */
                        readonly status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable */
            readonly 503: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "unavailable";
                        /** @constant */
                        readonly status?: 503;
                    };
                };
            };
        };
    };
    readonly getTaskProofPatch: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                readonly "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            readonly path: {
                readonly id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The patch. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    /** @description Names this very content. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/x-diff": string;
                };
            };
            /** @description Unchanged: the content is what `If-None-Match` names. */
            readonly 304: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request */
            readonly 400: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "bad_request";
                        /** @constant */
                        readonly status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "unauthorized";
                        /** @constant */
                        readonly status?: 401;
                    };
                };
            };
            /** @description Not found; No proof */
            readonly 404: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "not_found" | "no_proof";
                        /** @constant */
                        readonly status?: 404;
                    };
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "internal";
                        /** @constant */
                        readonly status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable */
            readonly 503: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "unavailable";
                        /** @constant */
                        readonly status?: 503;
                    };
                };
            };
        };
    };
    readonly getTaskProofReport: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                readonly "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            readonly path: {
                readonly id: string;
                readonly sha256: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description The report. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    /** @description Names this very content. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": unknown;
                };
            };
            /** @description Unchanged: the content is what `If-None-Match` names. */
            readonly 304: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request */
            readonly 400: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "bad_request";
                        /** @constant */
                        readonly status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "unauthorized";
                        /** @constant */
                        readonly status?: 401;
                    };
                };
            };
            /** @description Not found; No proof */
            readonly 404: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "not_found" | "no_proof";
                        /** @constant */
                        readonly status?: 404;
                    };
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "internal";
                        /** @constant */
                        readonly status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable */
            readonly 503: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "unavailable";
                        /** @constant */
                        readonly status?: 503;
                    };
                };
            };
        };
    };
    readonly listProofKeys: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description ProofKeys. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ProofKeys"];
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "internal";
                        /** @constant */
                        readonly status?: 500;
                    };
                };
            };
        };
    };
    readonly getProofKey: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly file: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description PEM. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/plain": string;
                };
            };
            /** @description Bad request */
            readonly 400: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "bad_request";
                        /** @constant */
                        readonly status?: 400;
                    };
                };
            };
            /** @description Not found */
            readonly 404: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "not_found";
                        /** @constant */
                        readonly status?: 404;
                    };
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "internal";
                        /** @constant */
                        readonly status?: 500;
                    };
                };
            };
        };
    };
    readonly listRepositories: {
        readonly parameters: {
            readonly query?: {
                readonly cursor?: string;
                readonly limit?: number;
            };
            readonly header?: {
                readonly "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description RepositoryPage. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    /** @description Names this very content. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RepositoryPage"];
                };
            };
            /** @description Unchanged: the content is what `If-None-Match` names. */
            readonly 304: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request */
            readonly 400: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "bad_request";
                        /** @constant */
                        readonly status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "unauthorized";
                        /** @constant */
                        readonly status?: 401;
                    };
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "internal";
                        /** @constant */
                        readonly status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable */
            readonly 503: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "unavailable";
                        /** @constant */
                        readonly status?: 503;
                    };
                };
            };
        };
    };
    readonly getRepository: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                readonly "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            readonly path: {
                readonly owner: string;
                readonly name: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description RepositoryDetail. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    /** @description Names this very content. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RepositoryDetail"];
                };
            };
            /** @description Unchanged: the content is what `If-None-Match` names. */
            readonly 304: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request */
            readonly 400: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "bad_request";
                        /** @constant */
                        readonly status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "unauthorized";
                        /** @constant */
                        readonly status?: 401;
                    };
                };
            };
            /** @description Unknown repository */
            readonly 404: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "repository_unknown";
                        /** @constant */
                        readonly status?: 404;
                    };
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "internal";
                        /** @constant */
                        readonly status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable */
            readonly 503: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "unavailable";
                        /** @constant */
                        readonly status?: 503;
                    };
                };
            };
        };
    };
    readonly syncRepository: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description The same key with the same request answers the same, for 24 hours. */
                readonly "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": {
                    readonly repository: string;
                    readonly requestedBy?: string;
                };
            };
        };
        readonly responses: {
            /** @description SyncResult. */
            readonly 202: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    /** @description What is left of the account's limit. */
                    readonly RateLimit?: string;
                    /** @description The limit. */
                    readonly "RateLimit-Policy"?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["SyncResult"];
                };
            };
            /** @description Not JSON; Bad Idempotency-Key */
            readonly 400: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "bad_json" | "bad_idempotency_key";
                        /** @constant */
                        readonly status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "unauthorized";
                        /** @constant */
                        readonly status?: 401;
                    };
                };
            };
            /** @description Forbidden; Insufficient scope */
            readonly 403: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "forbidden" | "insufficient_scope";
                        /** @constant */
                        readonly status?: 403;
                    };
                };
            };
            /** @description Unknown repository */
            readonly 404: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "repository_unknown";
                        /** @constant */
                        readonly status?: 404;
                    };
                };
            };
            /** @description Still being answered */
            readonly 409: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "in_flight";
                        /** @constant */
                        readonly status?: 409;
                    };
                };
            };
            /** @description Payload too large */
            readonly 413: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "too_large";
                        /** @constant */
                        readonly status?: 413;
                    };
                };
            };
            /** @description Unsupported media type */
            readonly 415: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "unsupported_media_type";
                        /** @constant */
                        readonly status?: 415;
                    };
                };
            };
            /** @description Refused by GitHub; Not as described; Idempotency-Key used before */
            readonly 422: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "refused_by_github" | "validation_failed" | "idempotency_key_reused";
                        /** @constant */
                        readonly status?: 422;
                    };
                };
            };
            /** @description Too many requests */
            readonly 429: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "rate_limited";
                        /** @constant */
                        readonly status?: 429;
                    };
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "internal";
                        /** @constant */
                        readonly status?: 500;
                    };
                };
            };
            /** @description GitHub does not answer; Temporarily unavailable */
            readonly 503: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "github_unavailable" | "unavailable";
                        /** @constant */
                        readonly status?: 503;
                    };
                };
            };
        };
    };
    readonly getStatus: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description SystemStatus. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["SystemStatus"];
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "unauthorized";
                        /** @constant */
                        readonly status?: 401;
                    };
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "internal";
                        /** @constant */
                        readonly status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable */
            readonly 503: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "unavailable";
                        /** @constant */
                        readonly status?: 503;
                    };
                };
            };
        };
    };
    readonly getHealth: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Health. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Health"];
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "internal";
                        /** @constant */
                        readonly status?: 500;
                    };
                };
            };
        };
    };
    readonly getMetrics: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Prometheus text. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "text/plain": string;
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "unauthorized";
                        /** @constant */
                        readonly status?: 401;
                    };
                };
            };
            /** @description Operators only; Insufficient scope */
            readonly 403: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "operators_only" | "insufficient_scope";
                        /** @constant */
                        readonly status?: 403;
                    };
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "internal";
                        /** @constant */
                        readonly status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable */
            readonly 503: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "unavailable";
                        /** @constant */
                        readonly status?: 503;
                    };
                };
            };
        };
    };
    readonly getUsage: {
        readonly parameters: {
            readonly query?: {
                readonly days?: number;
            };
            readonly header?: {
                readonly "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description UsageReport. */
            readonly 200: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    /** @description Names this very content. */
                    readonly ETag?: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["UsageReport"];
                };
            };
            /** @description Unchanged: the content is what `If-None-Match` names. */
            readonly 304: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request */
            readonly 400: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "bad_request";
                        /** @constant */
                        readonly status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            readonly 401: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "unauthorized";
                        /** @constant */
                        readonly status?: 401;
                    };
                };
            };
            /** @description Operators only; Insufficient scope */
            readonly 403: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "operators_only" | "insufficient_scope";
                        /** @constant */
                        readonly status?: 403;
                    };
                };
            };
            /** @description Internal error */
            readonly 500: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "internal";
                        /** @constant */
                        readonly status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable */
            readonly 503: {
                headers: {
                    readonly "X-Request-Id": components["headers"]["RequestId"];
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        readonly code?: "unavailable";
                        /** @constant */
                        readonly status?: 503;
                    };
                };
            };
        };
    };
}
