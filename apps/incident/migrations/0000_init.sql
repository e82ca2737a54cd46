CREATE SCHEMA "incident";
--> statement-breakpoint
CREATE TABLE "incident"."operations" (
	"id" text PRIMARY KEY NOT NULL,
	"request" json NOT NULL,
	"outcome" json,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL
);
