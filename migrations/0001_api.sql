CREATE TABLE `idempotency_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`request` text NOT NULL,
	`status` integer,
	`body` text,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `idempotency_keys_created` ON `idempotency_keys` (`created_at`);--> statement-breakpoint
DROP INDEX `tasks_newest`;--> statement-breakpoint
CREATE INDEX `tasks_list` ON `tasks` (`created_at`,`id`,`status`,lower("repository"),lower("title" || ' ' || "repository" || ' #' || "issue_number"));--> statement-breakpoint
CREATE INDEX `ledger_at` ON `ledger` (`at`);--> statement-breakpoint
CREATE INDEX `runs_ended` ON `runs` (`ended_at`,`status`);