CREATE TABLE "incident"."backends" (
	"name" text PRIMARY KEY NOT NULL,
	"cursor" text,
	"read_until" timestamp with time zone,
	"paused_until" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "incident"."codes" (
	"conversation_id" text PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"hash" text NOT NULL,
	"tries_left" integer NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "incident"."confirmations" (
	"conversation_id" text NOT NULL,
	"email" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "confirmations_conversation_id_email_pk" PRIMARY KEY("conversation_id","email")
);
--> statement-breakpoint
CREATE TABLE "incident"."kept_files" (
	"id" text PRIMARY KEY NOT NULL,
	"conversation_id" text NOT NULL,
	"name" text NOT NULL,
	"media_type" text NOT NULL,
	"content" "bytea" NOT NULL,
	"kept_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "incident"."news" (
	"id" text PRIMARY KEY NOT NULL,
	"data" json NOT NULL,
	"decided_at" timestamp with time zone DEFAULT now() NOT NULL,
	"published_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "incident"."ratings" (
	"number" text PRIMARY KEY NOT NULL,
	"stars" integer NOT NULL,
	"rated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "incident"."sent_codes" (
	"request_id" text PRIMARY KEY NOT NULL,
	"conversation_id" text NOT NULL,
	"address_hash" text NOT NULL,
	"sent_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "incident"."watched_incidents" (
	"id" text PRIMARY KEY NOT NULL,
	"number" text NOT NULL,
	"title" text NOT NULL,
	"conversation_id" text NOT NULL,
	"state" text NOT NULL,
	"revision" text NOT NULL,
	"comments_until" timestamp with time zone NOT NULL,
	"expected_state" text
);
--> statement-breakpoint
-- Until now there was local mode only, whose operations came to nothing.
DELETE FROM "incident"."operations";--> statement-breakpoint
ALTER TABLE "incident"."operations" ADD COLUMN "state" text NOT NULL;--> statement-breakpoint
ALTER TABLE "incident"."operations" ADD COLUMN "attempts" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "incident"."operations" ADD COLUMN "not_before" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "incident"."operations" ADD COLUMN "maybe_since" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "incident"."operations" ADD COLUMN "last_failure" text;--> statement-breakpoint
ALTER TABLE "incident"."operations" ADD COLUMN "is_to_be_told" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "incident"."operations" ADD COLUMN "settled_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "incident"."operations" ADD COLUMN "told_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "sent_codes_time" ON "incident"."sent_codes" USING btree ("sent_at");--> statement-breakpoint
CREATE INDEX "operations_due" ON "incident"."operations" USING btree ("not_before") WHERE "incident"."operations"."state" = 'pending';--> statement-breakpoint
CREATE INDEX "operations_untold" ON "incident"."operations" USING btree ("settled_at") WHERE "incident"."operations"."is_to_be_told" and "incident"."operations"."outcome" is not null;