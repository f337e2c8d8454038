// Generated from ../openapi.json: `vitest run -u packages/api-client` writes it anew.
export interface paths {
    "/api/v1/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tasks, newest first */
        get: operations["listTasks"];
        put?: never;
        /**
         * Have an issue resolved
         * @description Name an issue, or give `title` and `body` of one to be opened. The issue gets the control label, or `loom:plan` where `approval` is wanted; an issue with an open task answers that task.
         */
        post: operations["submitTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A task with its stages, how its last run ended, and what the gate found */
        get: operations["getTask"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The task's history, oldest first */
        get: operations["listTaskEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The task's log, oldest line first */
        get: operations["listTaskLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happens to the task, as it happens
         * @description Server-sent events, described by /api/asyncapi.json. Send `Last-Event-ID` to go on where a connection broke. Ends when the task has ended, and after five minutes. With `Upgrade: websocket` the same as JSON messages: `?after=<cursor>` goes on behind the last one taken.
         */
        get: operations["followTask"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the newest run means to do */
        get: operations["getTaskPlan"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The change as a patch
         * @description The patch that was proven, where there is a proof; else what the newest run has written so far. `Loom-Diff` says which: `proven` or `unproven`.
         */
        get: operations["getTaskDiff"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop the task
         * @description A task that has not started ends at once; a run stops within its present step, and its end is told on the issue.
         */
        post: operations["cancelTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let the task come to rest
         * @description A task in the queue waits at once. A run finishes its present model turn, or breaks off what cost nothing; then its sandbox is gone, what it has done is kept, and the task waits. A pull request that is being opened is opened. Until it waits, `pausing` is true.
         */
        post: operations["pauseTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Go on where the task was paused
         * @description A new run sets up a sandbox, tests the base again, and goes on with what was kept: no model turn that was finished is asked again, and what was spent counts.
         */
        post: operations["resumeTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Approve the plan of a task that waits for it
         * @description The plan is GET /api/v1/tasks/{id}/plan. `note` goes to the coder as guidance by a person with write access.
         */
        post: operations["approveTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try the task again
         * @description An ended task is followed by a new one, whose run starts from the beginning; a queued one is hurried; a waiting one goes on. With `from`, what the last run kept before that stage is taken as it is (`retryFrom` of the task names the stages): `code` writes a change anew by the kept plan, `verify` tests the kept change anew, `publish` publishes a change that was proven.
         */
        post: operations["retryTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/proof": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The signed proof of the change
         * @description A DSSE envelope, byte for byte as it was signed. `loom verify` checks it.
         */
        get: operations["getTaskProof"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/proof/patch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The patch that the proof names */
        get: operations["getTaskProofPatch"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/proof/reports/{sha256}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A full test report that the proof names */
        get: operations["getTaskProofReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/proof-key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The public keys of this Loom's proofs, the present one first
         * @description For everyone: they are no secret, and who checks a proof needs no other right.
         */
        get: operations["listProofKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/proof-key/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One public key as PEM: `{keyid}.pem` */
        get: operations["getProofKey"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/repositories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Repositories that Loom has worked on, by name
         * @description With the recipe and the findings of their newest run. A repository without a task is not here yet.
         */
        get: operations["listRepositories"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/repositories/{owner}/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A repository with its configuration as Loom reads it now, and its errors */
        get: operations["getRepository"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Read the labelled issues again and take what was missed
         * @description Makes the labels that people set where they are missing. At most the newest 100 open issues with the control label, and as many with `loom:plan`. One whose newest task was made after the label was set is known already. The wish is that of the person who set the label; where that was no person, it is the asker's.
         */
        post: operations["syncRepository"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How Loom is doing
         * @description Asks each neighbour once, for at most three seconds.
         */
        get: operations["getStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the Worker runs
         * @description For machines: asks nobody.
         */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Figures for Prometheus
         * @description Text exposition format 0.0.4, for a scraper that sends the operator's token. Asks nobody but the database.
         */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What models cost, by day and model */
        get: operations["getUsage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who asks, as Loom sees them
         * @description Also for who has not signed in, and for whose account is blocked: then it says so.
         */
        get: operations["getMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's own API tokens, newest first */
        get: operations["listTokens"];
        put?: never;
        /**
         * Make an API token
         * @description The one time that it is shown. Of an account there are 50 at most.
         */
        post: operations["createToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke an API token of one's own
         * @description A token may end itself: so `loom logout` needs no browser.
         */
        delete: operations["revokeToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where one is signed in, newest first */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Sign a browser of one's own out */
        delete: operations["endSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who has signed in, by login */
        get: operations["listAccounts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/{login}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An account with its usage, what is left of its hour, and what operators changed */
        get: operations["getAccount"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change an account's tier; block it, or let it in again
         * @description By GitHub login, or by account id (`u_<GitHub's user id>`), which needs no GitHub. Holds for the person whatever they are called later, also for one who has not signed in yet. `blocked: null` lets them in again. Every change is kept with who made it.
         */
        patch: operations["changeAccount"];
        trace?: never;
    };
    "/auth/device": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in where there is no browser: a code to enter at GitHub
         * @description RFC 8628. Loom asks GitHub itself, with its own client: no token of GitHub's can be brought from elsewhere.
         */
        post: operations["startDeviceSignIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/device/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A personal token, once the code was entered
         * @description Shown this once. Asked every `interval` seconds until it is answered with 201.
         */
        post: operations["finishDeviceSignIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Problem: {
            type: string;
            title: string;
            status: number;
            code: string;
            detail: string;
            remedy: string;
        } & {
            [key: string]: unknown;
        };
        TaskPage: {
            items: ({
                id: string;
                repository: string;
                issueNumber: number;
                issueUrl: string;
                title: string;
                /** @enum {string} */
                status: "pending" | "running" | "waiting" | "completed" | "failed" | "cancelled";
                /** @enum {string} */
                waiting?: "needs_input" | "awaiting_approval" | "budget" | "paused" | "blocked";
                reason: string | null;
                stage: string | null;
                requestedBy: string;
                attempt: number;
                verdict: ("pass" | "existing_failures_only" | "regressed" | "flaky" | "timed_out" | "infrastructure" | "no_tests" | "broken_baseline") | null;
                pullRequest: ({
                    number: number;
                    url: string;
                    draft: boolean;
                    branch: string;
                    base: string;
                } & {
                    [key: string]: unknown;
                }) | null;
                usage: {
                    requests: number;
                    inputTokens: number;
                    outputTokens: number;
                    cachedInputTokens: number;
                    costUsd: number | null;
                } & {
                    [key: string]: unknown;
                };
                createdAt: number;
                updatedAt: number;
            } & {
                [key: string]: unknown;
            })[];
            next: string | null;
        } & {
            [key: string]: unknown;
        };
        TaskDetail: {
            id: string;
            repository: string;
            issueNumber: number;
            issueUrl: string;
            title: string;
            /** @enum {string} */
            status: "pending" | "running" | "waiting" | "completed" | "failed" | "cancelled";
            /** @enum {string} */
            waiting?: "needs_input" | "awaiting_approval" | "budget" | "paused" | "blocked";
            reason: string | null;
            stage: string | null;
            requestedBy: string;
            attempt: number;
            verdict: ("pass" | "existing_failures_only" | "regressed" | "flaky" | "timed_out" | "infrastructure" | "no_tests" | "broken_baseline") | null;
            pullRequest: ({
                number: number;
                url: string;
                draft: boolean;
                branch: string;
                base: string;
            } & {
                [key: string]: unknown;
            }) | null;
            usage: {
                requests: number;
                inputTokens: number;
                outputTokens: number;
                cachedInputTokens: number;
                costUsd: number | null;
            } & {
                [key: string]: unknown;
            };
            createdAt: number;
            updatedAt: number;
            /** @enum {boolean} */
            pausing?: true;
            retryFrom?: ("plan" | "code" | "verify" | "publish")[];
            runId: string | null;
            stages: ({
                /** @enum {string} */
                name: "admit" | "prepare" | "baseline" | "plan" | "code" | "verify" | "review" | "publish" | "close";
                startedAt: number;
                endedAt: number | null;
                /** @enum {string} */
                outcome: "running" | "ok" | "failed" | "skipped";
                summary: string;
            } & {
                [key: string]: unknown;
            })[];
            outcome: ({
                /** @enum {string} */
                status: "completed" | "failed" | "cancelled" | "refused" | "held";
                verdict: ("pass" | "existing_failures_only" | "regressed" | "flaky" | "timed_out" | "infrastructure" | "no_tests" | "broken_baseline") | null;
                pullRequest: ({
                    number: number;
                    url: string;
                    draft: boolean;
                    branch: string;
                    base: string;
                    headSha: string;
                } & {
                    [key: string]: unknown;
                }) | null;
                failure: ({
                    /** @enum {string} */
                    class: "transient" | "permanent" | "needs_human";
                    /** @enum {string} */
                    stage: "admit" | "prepare" | "baseline" | "plan" | "code" | "verify" | "review" | "publish" | "close";
                    code: string;
                    reason: string;
                    remedy: string;
                    evidence: string | null;
                } & {
                    [key: string]: unknown;
                }) | null;
                recipe: ({
                    cwd: string;
                    language: string;
                    packageManager: string | null;
                    /** @enum {string} */
                    runner: "vitest" | "jest" | "mocha" | "node:test" | "ava" | "tap" | "jasmine" | "uvu" | "bun" | "deno" | "pytest" | "unittest" | "go" | "cargo" | "rspec" | "minitest" | "test-unit" | "phpunit" | "maven" | "gradle" | "ctest" | "bats" | "prove" | "junit" | "exit-code";
                    install: ({
                        command: string;
                        origin: string;
                    } & {
                        [key: string]: unknown;
                    })[];
                    test: ({
                        command: string;
                        origin: string;
                    } & {
                        [key: string]: unknown;
                    })[];
                    env: {
                        [key: string]: string;
                    };
                    tools: {
                        [key: string]: string;
                    };
                    network?: {
                        setup: string[];
                        tests: string[];
                    } & {
                        [key: string]: unknown;
                    };
                    build?: {
                        command: string;
                        origin: string;
                    } & {
                        [key: string]: unknown;
                    };
                    languages?: string[];
                    frameworks?: ({
                        name: string;
                        origin: string;
                    } & {
                        [key: string]: unknown;
                    })[];
                    services?: ({
                        name: string;
                        kind: string;
                        port: number | null;
                        origin: string;
                        /** @enum {string} */
                        state: "provided" | "missing";
                        reason: string;
                    } & {
                        [key: string]: unknown;
                    })[];
                    packages?: ({
                        path: string;
                        name: string | null;
                        origin: string;
                    } & {
                        [key: string]: unknown;
                    })[];
                    notes?: string[];
                    installKey?: string;
                } & {
                    [key: string]: unknown;
                }) | null;
                baseCommit: string | null;
                headCommit: string | null;
                comparison: ({
                    /** @enum {string} */
                    verdict: "pass" | "existing_failures_only" | "regressed" | "flaky" | "timed_out" | "infrastructure" | "no_tests" | "broken_baseline";
                    reason: string;
                    base: {
                        passed: number;
                        failed: number;
                        skipped: number;
                    } & {
                        [key: string]: unknown;
                    };
                    head: {
                        passed: number;
                        failed: number;
                        skipped: number;
                    } & {
                        [key: string]: unknown;
                    };
                    fixed: string[];
                    regressed: string[];
                    stillFailing: string[];
                    added: string[];
                    removed: string[];
                    flaky: string[];
                    unstable?: string[];
                    runs?: {
                        base: number;
                        head: number;
                    } & {
                        [key: string]: unknown;
                    };
                    failures: ({
                        id: string;
                        file: string | null;
                        name: string;
                        /** @enum {string} */
                        status: "passed" | "failed" | "skipped";
                        durationMs: number | null;
                        message: string | null;
                        location: ({
                            file: string;
                            line: number;
                        } & {
                            [key: string]: unknown;
                        }) | null;
                        suite?: string[];
                        parameters?: string;
                        retries?: number;
                        expectedFailure?: boolean;
                    } & {
                        [key: string]: unknown;
                    })[];
                } & {
                    [key: string]: unknown;
                }) | null;
                gate?: {
                    results: ({
                        /** @enum {string} */
                        gate: "cheats" | "tests" | "secrets" | "protected_paths" | "coverage" | "lint" | "types" | "size" | "dependencies" | "risk";
                        /** @enum {string} */
                        setting: "on" | "warn" | "off";
                        /** @enum {string} */
                        status: "passed" | "warned" | "blocked" | "not_checked" | "off";
                        summary: string;
                        findings: ({
                            /** @enum {string} */
                            severity: "block" | "warn";
                            file: string | null;
                            line: number | null;
                            text: string;
                            explanation: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    })[];
                    tests: {
                        /** @enum {string} */
                        status: "proven" | "proves_nothing" | "no_tests" | "exempt" | "not_checked";
                        reason: string;
                        tests: ({
                            id: string;
                            isNew: boolean;
                            /** @enum {string} */
                            atBase: "failed" | "passed" | "not_loaded" | "not_run";
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                    risk: {
                        score: number;
                        /** @enum {string} */
                        level: "low" | "medium" | "high";
                        reasons: ({
                            points: number;
                            reason: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                } & {
                    [key: string]: unknown;
                };
                plan?: {
                    type: string;
                    title: string;
                    summary: string;
                    steps: string[];
                } & {
                    [key: string]: unknown;
                };
                /** @enum {string} */
                waiting?: "needs_input" | "awaiting_approval" | "budget" | "paused" | "blocked";
                kept?: ("plan" | "code" | "verify" | "publish")[];
                usage: {
                    requests: number;
                    inputTokens: number;
                    outputTokens: number;
                    cachedInputTokens: number;
                    costUsd: number | null;
                } & {
                    [key: string]: unknown;
                };
                stages: ({
                    /** @enum {string} */
                    name: "admit" | "prepare" | "baseline" | "plan" | "code" | "verify" | "review" | "publish" | "close";
                    startedAt: number;
                    endedAt: number | null;
                    /** @enum {string} */
                    outcome: "running" | "ok" | "failed" | "skipped";
                    summary: string;
                } & {
                    [key: string]: unknown;
                })[];
            } & {
                [key: string]: unknown;
            }) | null;
        } & {
            [key: string]: unknown;
        };
        TaskEventPage: {
            items: ({
                seq: number;
                at: number;
                type: string;
                actor: string;
                cause: string;
                data: unknown;
                hash: string;
            } & {
                [key: string]: unknown;
            })[];
            next: string | null;
        } & {
            [key: string]: unknown;
        };
        TaskLogPage: {
            items: ({
                seq: number;
                at: number;
                stage: ("admit" | "prepare" | "baseline" | "plan" | "code" | "verify" | "review" | "publish" | "close") | null;
                /** @enum {string} */
                level: "debug" | "info" | "warn" | "error";
                message: string;
            } & {
                [key: string]: unknown;
            })[];
            next: string | null;
        } & {
            [key: string]: unknown;
        };
        Plan: {
            type: string;
            title: string;
            summary: string;
            steps: string[];
        } & {
            [key: string]: unknown;
        };
        TaskAnswer: {
            taskId: string;
            /** @enum {string} */
            status: "pending" | "running" | "waiting" | "completed" | "failed" | "cancelled";
            /** @enum {string} */
            effect: "created" | "joined" | "repeated" | "changed" | "unchanged";
        } & {
            [key: string]: unknown;
        };
        ProofKeys: {
            keys: ({
                keyid: string;
                /** @enum {string} */
                algorithm: "Ed25519";
                current: boolean;
                spki: string;
                pem: string;
            } & {
                [key: string]: unknown;
            })[];
        } & {
            [key: string]: unknown;
        };
        RepositoryPage: {
            items: ({
                id: number;
                repository: string;
                installationId: number;
                tasks: {
                    pending: number;
                    running: number;
                    waiting: number;
                    completed: number;
                    failed: number;
                    cancelled: number;
                } & {
                    [key: string]: unknown;
                };
                lastResult: ({
                    taskId: string;
                    issueNumber: number;
                    title: string;
                    /** @enum {string} */
                    status: "pending" | "running" | "waiting" | "completed" | "failed" | "cancelled";
                    verdict: ("pass" | "existing_failures_only" | "regressed" | "flaky" | "timed_out" | "infrastructure" | "no_tests" | "broken_baseline") | null;
                    at: number;
                } & {
                    [key: string]: unknown;
                }) | null;
                recipe: ({
                    cwd: string;
                    language: string;
                    packageManager: string | null;
                    /** @enum {string} */
                    runner: "vitest" | "jest" | "mocha" | "node:test" | "ava" | "tap" | "jasmine" | "uvu" | "bun" | "deno" | "pytest" | "unittest" | "go" | "cargo" | "rspec" | "minitest" | "test-unit" | "phpunit" | "maven" | "gradle" | "ctest" | "bats" | "prove" | "junit" | "exit-code";
                    install: ({
                        command: string;
                        origin: string;
                    } & {
                        [key: string]: unknown;
                    })[];
                    test: ({
                        command: string;
                        origin: string;
                    } & {
                        [key: string]: unknown;
                    })[];
                    env: {
                        [key: string]: string;
                    };
                    tools: {
                        [key: string]: string;
                    };
                    network?: {
                        setup: string[];
                        tests: string[];
                    } & {
                        [key: string]: unknown;
                    };
                    build?: {
                        command: string;
                        origin: string;
                    } & {
                        [key: string]: unknown;
                    };
                    languages?: string[];
                    frameworks?: ({
                        name: string;
                        origin: string;
                    } & {
                        [key: string]: unknown;
                    })[];
                    services?: ({
                        name: string;
                        kind: string;
                        port: number | null;
                        origin: string;
                        /** @enum {string} */
                        state: "provided" | "missing";
                        reason: string;
                    } & {
                        [key: string]: unknown;
                    })[];
                    packages?: ({
                        path: string;
                        name: string | null;
                        origin: string;
                    } & {
                        [key: string]: unknown;
                    })[];
                    notes?: string[];
                    installKey?: string;
                } & {
                    [key: string]: unknown;
                }) | null;
                findings: ({
                    code: string;
                    detail: string;
                    remedy: string;
                } & {
                    [key: string]: unknown;
                })[];
            } & {
                [key: string]: unknown;
            })[];
            next: string | null;
        } & {
            [key: string]: unknown;
        };
        RepositoryDetail: {
            id: number;
            repository: string;
            installationId: number;
            tasks: {
                pending: number;
                running: number;
                waiting: number;
                completed: number;
                failed: number;
                cancelled: number;
            } & {
                [key: string]: unknown;
            };
            lastResult: ({
                taskId: string;
                issueNumber: number;
                title: string;
                /** @enum {string} */
                status: "pending" | "running" | "waiting" | "completed" | "failed" | "cancelled";
                verdict: ("pass" | "existing_failures_only" | "regressed" | "flaky" | "timed_out" | "infrastructure" | "no_tests" | "broken_baseline") | null;
                at: number;
            } & {
                [key: string]: unknown;
            }) | null;
            recipe: ({
                cwd: string;
                language: string;
                packageManager: string | null;
                /** @enum {string} */
                runner: "vitest" | "jest" | "mocha" | "node:test" | "ava" | "tap" | "jasmine" | "uvu" | "bun" | "deno" | "pytest" | "unittest" | "go" | "cargo" | "rspec" | "minitest" | "test-unit" | "phpunit" | "maven" | "gradle" | "ctest" | "bats" | "prove" | "junit" | "exit-code";
                install: ({
                    command: string;
                    origin: string;
                } & {
                    [key: string]: unknown;
                })[];
                test: ({
                    command: string;
                    origin: string;
                } & {
                    [key: string]: unknown;
                })[];
                env: {
                    [key: string]: string;
                };
                tools: {
                    [key: string]: string;
                };
                network?: {
                    setup: string[];
                    tests: string[];
                } & {
                    [key: string]: unknown;
                };
                build?: {
                    command: string;
                    origin: string;
                } & {
                    [key: string]: unknown;
                };
                languages?: string[];
                frameworks?: ({
                    name: string;
                    origin: string;
                } & {
                    [key: string]: unknown;
                })[];
                services?: ({
                    name: string;
                    kind: string;
                    port: number | null;
                    origin: string;
                    /** @enum {string} */
                    state: "provided" | "missing";
                    reason: string;
                } & {
                    [key: string]: unknown;
                })[];
                packages?: ({
                    path: string;
                    name: string | null;
                    origin: string;
                } & {
                    [key: string]: unknown;
                })[];
                notes?: string[];
                installKey?: string;
            } & {
                [key: string]: unknown;
            }) | null;
            findings: ({
                code: string;
                detail: string;
                remedy: string;
            } & {
                [key: string]: unknown;
            })[];
            defaultBranch: string | null;
            archived: boolean | null;
            config: ({
                label?: string;
                base_branch?: string;
                reviewers?: string[];
                model?: string;
                budget_usd?: number;
                max_minutes?: number;
                setup?: string[];
                test?: string[];
                require_tests?: boolean;
                packages?: string[];
                allow_paths?: string[];
                protect_paths?: string[];
                autofix?: boolean;
                draft?: boolean;
                language?: string;
                gates?: {
                    /** @enum {string} */
                    cheats?: "on" | "warn" | "off";
                    /** @enum {string} */
                    tests?: "on" | "warn" | "off";
                    /** @enum {string} */
                    secrets?: "on" | "warn" | "off";
                    /** @enum {string} */
                    protected_paths?: "on" | "warn" | "off";
                    /** @enum {string} */
                    coverage?: "on" | "warn" | "off";
                    /** @enum {string} */
                    lint?: "on" | "warn" | "off";
                    /** @enum {string} */
                    types?: "on" | "warn" | "off";
                    /** @enum {string} */
                    size?: "on" | "warn" | "off";
                    /** @enum {string} */
                    dependencies?: "on" | "warn" | "off";
                    /** @enum {string} */
                    risk?: "on" | "warn" | "off";
                    max_files?: number;
                    max_lines?: number;
                    min_coverage?: number;
                    max_risk?: number;
                } & {
                    [key: string]: unknown;
                };
                network?: {
                    setup?: string[];
                    tests?: string[];
                } & {
                    [key: string]: unknown;
                };
            } & {
                [key: string]: unknown;
            }) | null;
            configProblems: string[];
        } & {
            [key: string]: unknown;
        };
        SyncResult: {
            repository: string;
            label: string;
            issues: ({
                issueNumber: number;
                taskId: string | null;
                /** @enum {string} */
                effect: "created" | "joined" | "repeated" | "known" | "skipped";
            } & {
                [key: string]: unknown;
            })[];
        } & {
            [key: string]: unknown;
        };
        SystemStatus: {
            version: string;
            queued: number;
            running: number;
            waiting: number;
            oldestPendingMs: number | null;
            completed: number;
            failed: number;
            cancelled: number;
            lastDay: {
                ended: number;
                successRate: number | null;
                errorRate: number | null;
            } & {
                [key: string]: unknown;
            };
            githubRateLimit: ({
                limit: number;
                remaining: number;
                resetAt: number;
            } & {
                [key: string]: unknown;
            }) | null;
            health: {
                github: string;
                model: string;
                sandbox: string;
                database: string;
            } & {
                [key: string]: unknown;
            };
        } & {
            [key: string]: unknown;
        };
        Health: {
            /** @enum {string} */
            status: "ok";
            version: string;
        } & {
            [key: string]: unknown;
        };
        UsageReport: {
            from: string;
            to: string;
            total: {
                requests: number;
                inputTokens: number;
                outputTokens: number;
                cachedInputTokens: number;
                costUsd: number | null;
            } & {
                [key: string]: unknown;
            };
            days: ({
                day: string;
                provider: string;
                model: string;
                usage: {
                    requests: number;
                    inputTokens: number;
                    outputTokens: number;
                    cachedInputTokens: number;
                    costUsd: number | null;
                } & {
                    [key: string]: unknown;
                };
            } & {
                [key: string]: unknown;
            })[];
        } & {
            [key: string]: unknown;
        };
        Me: {
            /** @enum {string} */
            kind: "anonymous" | "user" | "operator" | "local";
            login: string | null;
            accountId: string | null;
            scopes: ("read" | "write" | "admin")[];
            credential: ("session" | "token" | "operator_token" | "local") | null;
            tier: ("free" | "advanced" | "premium" | "tester" | "admin") | null;
            blocked: string | null;
            allowance: ({
                limit: number | null;
                used: number;
                remaining: number | null;
                resetSeconds: number;
            } & {
                [key: string]: unknown;
            }) | null;
            signInUrl: string | null;
        } & {
            [key: string]: unknown;
        };
        TokenList: {
            items: ({
                id: string;
                name: string;
                scopes: ("read" | "write" | "admin")[];
                hint: string;
                createdAt: number;
                expiresAt: number;
                lastUsedAt: number | null;
            } & {
                [key: string]: unknown;
            })[];
        } & {
            [key: string]: unknown;
        };
        MadeApiToken: {
            id: string;
            name: string;
            scopes: ("read" | "write" | "admin")[];
            hint: string;
            createdAt: number;
            expiresAt: number;
            lastUsedAt: number | null;
            token: string;
        } & {
            [key: string]: unknown;
        };
        SessionList: {
            items: ({
                id: string;
                client: string;
                createdAt: number;
                lastSeenAt: number;
                expiresAt: number;
                current: boolean;
            } & {
                [key: string]: unknown;
            })[];
        } & {
            [key: string]: unknown;
        };
        AccountPage: {
            items: ({
                id: string;
                githubId: number;
                login: string;
                /** @enum {string} */
                tier: "free" | "advanced" | "premium" | "tester" | "admin";
                blocked: ({
                    reason: string;
                    at: number;
                    by: string;
                } & {
                    [key: string]: unknown;
                }) | null;
                createdAt: number;
                lastSeenAt: number;
            } & {
                [key: string]: unknown;
            })[];
            next: string | null;
        } & {
            [key: string]: unknown;
        };
        AccountDetail: {
            id: string;
            githubId: number;
            login: string;
            /** @enum {string} */
            tier: "free" | "advanced" | "premium" | "tester" | "admin";
            blocked: ({
                reason: string;
                at: number;
                by: string;
            } & {
                [key: string]: unknown;
            }) | null;
            createdAt: number;
            lastSeenAt: number;
            usage: {
                tasks: number;
                open: number;
                completed: number;
                failed: number;
                cancelled: number;
                inputTokens: number;
                outputTokens: number;
                costUsd: number | null;
            } & {
                [key: string]: unknown;
            };
            allowance: {
                limit: number | null;
                used: number;
                remaining: number | null;
                resetSeconds: number;
            } & {
                [key: string]: unknown;
            };
            changes: ({
                at: number;
                by: string;
                change: string;
            } & {
                [key: string]: unknown;
            })[];
        } & {
            [key: string]: unknown;
        };
        DeviceCode: {
            device_code: string;
            user_code: string;
            verification_uri: string;
            expires_in: number;
            interval: number;
        } & {
            [key: string]: unknown;
        };
        DeviceToken: {
            id: string;
            name: string;
            scopes: ("read" | "write" | "admin")[];
            hint: string;
            createdAt: number;
            expiresAt: number;
            lastUsedAt: number | null;
            token: string;
            login: string;
        } & {
            [key: string]: unknown;
        };
    };
    responses: never;
    parameters: {
        /** @description The same key with the same request answers the same, for 24 hours. */
        IdempotencyKey: string;
        IfNoneMatch: string;
    };
    requestBodies: never;
    headers: {
        /** @description Finds this request in the Worker's logs. */
        RequestId: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listTasks: {
        parameters: {
            query?: {
                status?: string;
                repository?: string;
                q?: string;
                cursor?: string;
                limit?: number;
            };
            header?: {
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description TaskPage. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    /** @description Names this very content. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskPage"];
                };
            };
            /** @description Unchanged: the content is what `If-None-Match` names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "bad_request";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unauthorized";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Account blocked */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "account_blocked";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    submitTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request answers the same, for 24 hours. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description owner/name */
                    repository: string;
                    /** @description Plan first, and write nothing until a person has approved the plan. */
                    approval?: boolean;
                    /** @description GitHub login whose permission counts. Only for operators who have none themselves. */
                    requestedBy?: string;
                    issueNumber: number;
                } | {
                    /** @description owner/name */
                    repository: string;
                    /** @description Plan first, and write nothing until a person has approved the plan. */
                    approval?: boolean;
                    /** @description GitHub login whose permission counts. Only for operators who have none themselves. */
                    requestedBy?: string;
                    title: string;
                    body?: string;
                };
            };
        };
        responses: {
            /** @description TaskAnswer. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    /** @description What is left of the account's limit. */
                    RateLimit?: string;
                    /** @description The limit. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskAnswer"];
                };
            };
            /** @description Not JSON; Bad Idempotency-Key */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "bad_json" | "bad_idempotency_key";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unauthorized";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Forbidden; Account blocked; Not from here; Insufficient scope */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "forbidden" | "account_blocked" | "cross_site" | "insufficient_scope";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Unknown repository; No such issue */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "repository_unknown" | "issue_not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Issue closed; Not an issue; Still being answered */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "issue_closed" | "is_pull_request" | "in_flight";
                        /** @constant */
                        status?: 409;
                    };
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "too_large";
                        /** @constant */
                        status?: 413;
                    };
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unsupported_media_type";
                        /** @constant */
                        status?: 415;
                    };
                };
            };
            /** @description Nobody to ask for; Refused by GitHub; Not as described; Idempotency-Key used before */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "requester_missing" | "refused_by_github" | "validation_failed" | "idempotency_key_reused";
                        /** @constant */
                        status?: 422;
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "rate_limited";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description GitHub does not answer; Temporarily unavailable */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "github_unavailable" | "unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    getTask: {
        parameters: {
            query?: never;
            header?: {
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description TaskDetail. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    /** @description Names this very content. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskDetail"];
                };
            };
            /** @description Unchanged: the content is what `If-None-Match` names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "bad_request";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unauthorized";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Account blocked */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "account_blocked";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    listTaskEvents: {
        parameters: {
            query?: {
                after?: number;
                limit?: number;
            };
            header?: {
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description TaskEventPage. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    /** @description Names this very content. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskEventPage"];
                };
            };
            /** @description Unchanged: the content is what `If-None-Match` names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "bad_request";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unauthorized";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Account blocked */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "account_blocked";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    listTaskLogs: {
        parameters: {
            query?: {
                after?: number;
                limit?: number;
            };
            header?: {
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description TaskLogPage. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    /** @description Names this very content. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskLogPage"];
                };
            };
            /** @description Unchanged: the content is what `If-None-Match` names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "bad_request";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unauthorized";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Account blocked */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "account_blocked";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    followTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Server-sent events. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description Bad request */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "bad_request";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unauthorized";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Forbidden; Not from here; Account blocked */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "forbidden" | "cross_site" | "account_blocked";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    getTaskPlan: {
        parameters: {
            query?: never;
            header?: {
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Plan. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    /** @description Names this very content. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Plan"];
                };
            };
            /** @description Unchanged: the content is what `If-None-Match` names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "bad_request";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unauthorized";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Account blocked */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "account_blocked";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found; No plan */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found" | "no_plan";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    getTaskDiff: {
        parameters: {
            query?: never;
            header?: {
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A unified diff, as `git diff --binary` writes it. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    /** @description Names this very content. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/x-diff": string;
                };
            };
            /** @description Unchanged: the content is what `If-None-Match` names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "bad_request";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unauthorized";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Account blocked */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "account_blocked";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found; No change */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found" | "no_diff";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    cancelTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request answers the same, for 24 hours. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description TaskAnswer. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskAnswer"];
                };
            };
            /** @description Bad request; Bad Idempotency-Key */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "bad_request" | "bad_idempotency_key";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unauthorized";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Forbidden; Account blocked; Not from here; Insufficient scope */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "forbidden" | "account_blocked" | "cross_site" | "insufficient_scope";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Already ended; Still being answered */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "already_ended" | "in_flight";
                        /** @constant */
                        status?: 409;
                    };
                };
            };
            /** @description Idempotency-Key used before */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "idempotency_key_reused";
                        /** @constant */
                        status?: 422;
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    pauseTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request answers the same, for 24 hours. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description TaskAnswer. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskAnswer"];
                };
            };
            /** @description Bad request; Bad Idempotency-Key */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "bad_request" | "bad_idempotency_key";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unauthorized";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Forbidden; Account blocked; Not from here; Insufficient scope */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "forbidden" | "account_blocked" | "cross_site" | "insufficient_scope";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Already ended; Being cancelled; Superseded; Still being answered */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "already_ended" | "being_cancelled" | "superseded" | "in_flight";
                        /** @constant */
                        status?: 409;
                    };
                };
            };
            /** @description Idempotency-Key used before */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "idempotency_key_reused";
                        /** @constant */
                        status?: 422;
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    resumeTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request answers the same, for 24 hours. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description TaskAnswer. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    /** @description What is left of the account's limit. */
                    RateLimit?: string;
                    /** @description The limit. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskAnswer"];
                };
            };
            /** @description Bad request; Bad Idempotency-Key */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "bad_request" | "bad_idempotency_key";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unauthorized";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Forbidden; Account blocked; Not from here; Insufficient scope */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "forbidden" | "account_blocked" | "cross_site" | "insufficient_scope";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Already ended; Not waiting; Awaiting approval; Superseded; Still being answered */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "already_ended" | "not_waiting" | "awaiting_approval" | "superseded" | "in_flight";
                        /** @constant */
                        status?: 409;
                    };
                };
            };
            /** @description Idempotency-Key used before */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "idempotency_key_reused";
                        /** @constant */
                        status?: 422;
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "rate_limited";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    approveTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request answers the same, for 24 hours. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    note?: string;
                };
            };
        };
        responses: {
            /** @description TaskAnswer. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    /** @description What is left of the account's limit. */
                    RateLimit?: string;
                    /** @description The limit. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskAnswer"];
                };
            };
            /** @description Bad request; Not JSON; Bad Idempotency-Key */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "bad_request" | "bad_json" | "bad_idempotency_key";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unauthorized";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Forbidden; Account blocked; Not from here; Insufficient scope */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "forbidden" | "account_blocked" | "cross_site" | "insufficient_scope";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Already ended; Not awaiting approval; Superseded; Still being answered */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "already_ended" | "not_awaiting_approval" | "superseded" | "in_flight";
                        /** @constant */
                        status?: 409;
                    };
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "too_large";
                        /** @constant */
                        status?: 413;
                    };
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unsupported_media_type";
                        /** @constant */
                        status?: 415;
                    };
                };
            };
            /** @description Not as described; Idempotency-Key used before */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "validation_failed" | "idempotency_key_reused";
                        /** @constant */
                        status?: 422;
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "rate_limited";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    retryTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request answers the same, for 24 hours. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    from?: "plan" | "code" | "verify" | "publish";
                };
            };
        };
        responses: {
            /** @description TaskAnswer. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    /** @description What is left of the account's limit. */
                    RateLimit?: string;
                    /** @description The limit. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskAnswer"];
                };
            };
            /** @description Bad request; Not JSON; Bad Idempotency-Key */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "bad_request" | "bad_json" | "bad_idempotency_key";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unauthorized";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Forbidden; Account blocked; Not from here; Insufficient scope */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "forbidden" | "account_blocked" | "cross_site" | "insufficient_scope";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Already running; Awaiting approval; Nothing kept; Superseded; Still being answered */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "already_running" | "awaiting_approval" | "nothing_kept" | "superseded" | "in_flight";
                        /** @constant */
                        status?: 409;
                    };
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "too_large";
                        /** @constant */
                        status?: 413;
                    };
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unsupported_media_type";
                        /** @constant */
                        status?: 415;
                    };
                };
            };
            /** @description Not as described; Idempotency-Key used before */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "validation_failed" | "idempotency_key_reused";
                        /** @constant */
                        status?: 422;
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "rate_limited";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    getTaskProof: {
        parameters: {
            query?: never;
            header?: {
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The envelope. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    /** @description Names this very content. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.dsse.envelope.v1+json": unknown;
                };
            };
            /** @description Unchanged: the content is what `If-None-Match` names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "bad_request";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unauthorized";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Account blocked */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "account_blocked";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found; No proof */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found" | "no_proof";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    getTaskProofPatch: {
        parameters: {
            query?: never;
            header?: {
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The patch. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    /** @description Names this very content. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/x-diff": string;
                };
            };
            /** @description Unchanged: the content is what `If-None-Match` names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "bad_request";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unauthorized";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Account blocked */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "account_blocked";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found; No proof */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found" | "no_proof";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    getTaskProofReport: {
        parameters: {
            query?: never;
            header?: {
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                id: string;
                sha256: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The report. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    /** @description Names this very content. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description Unchanged: the content is what `If-None-Match` names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "bad_request";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unauthorized";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Account blocked */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "account_blocked";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found; No proof */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found" | "no_proof";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    listProofKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description ProofKeys. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProofKeys"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
        };
    };
    getProofKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                file: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description PEM. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description Bad request */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "bad_request";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
        };
    };
    listRepositories: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: {
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description RepositoryPage. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    /** @description Names this very content. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RepositoryPage"];
                };
            };
            /** @description Unchanged: the content is what `If-None-Match` names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "bad_request";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unauthorized";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Account blocked */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "account_blocked";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    getRepository: {
        parameters: {
            query?: never;
            header?: {
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                owner: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description RepositoryDetail. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    /** @description Names this very content. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RepositoryDetail"];
                };
            };
            /** @description Unchanged: the content is what `If-None-Match` names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "bad_request";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unauthorized";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Account blocked */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "account_blocked";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Unknown repository */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "repository_unknown";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    syncRepository: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request answers the same, for 24 hours. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    repository: string;
                    requestedBy?: string;
                };
            };
        };
        responses: {
            /** @description SyncResult. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    /** @description What is left of the account's limit. */
                    RateLimit?: string;
                    /** @description The limit. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SyncResult"];
                };
            };
            /** @description Not JSON; Bad Idempotency-Key */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "bad_json" | "bad_idempotency_key";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unauthorized";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Forbidden; Account blocked; Not from here; Insufficient scope */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "forbidden" | "account_blocked" | "cross_site" | "insufficient_scope";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Unknown repository */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "repository_unknown";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Still being answered */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "in_flight";
                        /** @constant */
                        status?: 409;
                    };
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "too_large";
                        /** @constant */
                        status?: 413;
                    };
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unsupported_media_type";
                        /** @constant */
                        status?: 415;
                    };
                };
            };
            /** @description Refused by GitHub; Not as described; Idempotency-Key used before */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "refused_by_github" | "validation_failed" | "idempotency_key_reused";
                        /** @constant */
                        status?: 422;
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "rate_limited";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description GitHub does not answer; Temporarily unavailable */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "github_unavailable" | "unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    getStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description SystemStatus. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SystemStatus"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unauthorized";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Account blocked */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "account_blocked";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Health. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Prometheus text. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unauthorized";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Account blocked; Operators only; Insufficient scope */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "account_blocked" | "operators_only" | "insufficient_scope";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    getUsage: {
        parameters: {
            query?: {
                days?: number;
            };
            header?: {
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description UsageReport. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    /** @description Names this very content. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UsageReport"];
                };
            };
            /** @description Unchanged: the content is what `If-None-Match` names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "bad_request";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unauthorized";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Account blocked; Operators only; Insufficient scope */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "account_blocked" | "operators_only" | "insufficient_scope";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Temporarily unavailable */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Me. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Sign-in is not set up; Temporarily unavailable */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "sign_in_not_configured" | "unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    listTokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description TokenList. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenList"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unauthorized";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Not with a token; Account blocked */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "sign_in_needed" | "account_blocked";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description No account */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "no_account";
                        /** @constant */
                        status?: 409;
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Sign-in is not set up; Temporarily unavailable */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "sign_in_not_configured" | "unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    createToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    /** @enum {string} */
                    scope?: "read" | "write" | "admin";
                    expiresInDays?: number;
                };
            };
        };
        responses: {
            /** @description MadeApiToken. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeApiToken"];
                };
            };
            /** @description Not JSON */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "bad_json";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unauthorized";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Not with a token; Operators only; Account blocked; Not from here */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "sign_in_needed" | "operators_only" | "account_blocked" | "cross_site";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Too many tokens; No account */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "too_many_tokens" | "no_account";
                        /** @constant */
                        status?: 409;
                    };
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "too_large";
                        /** @constant */
                        status?: 413;
                    };
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unsupported_media_type";
                        /** @constant */
                        status?: 415;
                    };
                };
            };
            /** @description Not as described */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "validation_failed";
                        /** @constant */
                        status?: 422;
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Sign-in is not set up; Temporarily unavailable */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "sign_in_not_configured" | "unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    revokeToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It opens nothing any more. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "bad_request";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unauthorized";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Not with a token; Account blocked; Not from here */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "sign_in_needed" | "account_blocked" | "cross_site";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description No account */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "no_account";
                        /** @constant */
                        status?: 409;
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Sign-in is not set up; Temporarily unavailable */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "sign_in_not_configured" | "unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    listSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description SessionList. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionList"];
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unauthorized";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Not with a token; Account blocked */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "sign_in_needed" | "account_blocked";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description No account */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "no_account";
                        /** @constant */
                        status?: 409;
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Sign-in is not set up; Temporarily unavailable */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "sign_in_not_configured" | "unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    endSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is signed out. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "bad_request";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unauthorized";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Not with a token; Account blocked; Not from here */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "sign_in_needed" | "account_blocked" | "cross_site";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description No account */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "no_account";
                        /** @constant */
                        status?: 409;
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Sign-in is not set up; Temporarily unavailable */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "sign_in_not_configured" | "unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    listAccounts: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description AccountPage. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountPage"];
                };
            };
            /** @description Bad request */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "bad_request";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unauthorized";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Account blocked; Operators only; Insufficient scope */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "account_blocked" | "operators_only" | "insufficient_scope";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Sign-in is not set up; Temporarily unavailable */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "sign_in_not_configured" | "unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    getAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                login: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description AccountDetail. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountDetail"];
                };
            };
            /** @description Bad request */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "bad_request";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unauthorized";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Account blocked; Operators only; Insufficient scope */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "account_blocked" | "operators_only" | "insufficient_scope";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Sign-in is not set up; Temporarily unavailable */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "sign_in_not_configured" | "unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    changeAccount: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                login: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    tier?: "free" | "advanced" | "premium" | "tester" | "admin";
                    blocked?: {
                        reason: string;
                    } | null;
                };
            };
        };
        responses: {
            /** @description AccountDetail. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountDetail"];
                };
            };
            /** @description Bad request; Not JSON */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "bad_request" | "bad_json";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Unauthorized */
            401: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unauthorized";
                        /** @constant */
                        status?: 401;
                    };
                };
            };
            /** @description Account blocked; Not from here; Operators only; Insufficient scope */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "account_blocked" | "cross_site" | "operators_only" | "insufficient_scope";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "too_large";
                        /** @constant */
                        status?: 413;
                    };
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unsupported_media_type";
                        /** @constant */
                        status?: 415;
                    };
                };
            };
            /** @description Not as described */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "validation_failed";
                        /** @constant */
                        status?: 422;
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Sign-in is not set up; Temporarily unavailable */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "sign_in_not_configured" | "unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    startDeviceSignIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description DeviceCode. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeviceCode"];
                };
            };
            /** @description Not signed in */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "authorization_pending" | "slow_down" | "expired_token" | "access_denied" | "incorrect_device_code" | "device_flow_disabled" | "sign_in_refused";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Not from here */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "cross_site";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "rate_limited";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Sign-in is not set up; Temporarily unavailable */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "sign_in_not_configured" | "unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
    finishDeviceSignIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    device_code: string;
                    name?: string;
                    /** @enum {string} */
                    scope?: "read" | "write" | "admin";
                    expiresInDays?: number;
                };
            };
        };
        responses: {
            /** @description DeviceToken. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeviceToken"];
                };
            };
            /** @description Not signed in; Not JSON */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "authorization_pending" | "slow_down" | "expired_token" | "access_denied" | "incorrect_device_code" | "device_flow_disabled" | "sign_in_refused" | "bad_json";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description Account blocked; Operators only; Not from here */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "account_blocked" | "operators_only" | "cross_site";
                        /** @constant */
                        status?: 403;
                    };
                };
            };
            /** @description Too many tokens */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "too_many_tokens";
                        /** @constant */
                        status?: 409;
                    };
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "too_large";
                        /** @constant */
                        status?: 413;
                    };
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "unsupported_media_type";
                        /** @constant */
                        status?: 415;
                    };
                };
            };
            /** @description Not as described */
            422: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "validation_failed";
                        /** @constant */
                        status?: 422;
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "rate_limited";
                        /** @constant */
                        status?: 429;
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "internal";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            /** @description Sign-in is not set up; Temporarily unavailable */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {unknown} */
                        code?: "sign_in_not_configured" | "unavailable";
                        /** @constant */
                        status?: 503;
                    };
                };
            };
        };
    };
}
