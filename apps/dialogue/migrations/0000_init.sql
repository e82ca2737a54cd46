CREATE SCHEMA "dialogue";
--> statement-breakpoint
CREATE TABLE "dialogue"."conversations" (
	"id" text PRIMARY KEY NOT NULL,
	"version" integer NOT NULL,
	"snapshot" json NOT NULL,
	"handed_off_to" text,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "dialogue"."turns" (
	"conversation_id" text NOT NULL,
	"number" integer NOT NULL,
	"message_id" text NOT NULL,
	"user_text" text,
	"events" json NOT NULL,
	"outcome" json NOT NULL,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "turns_conversation_id_number_pk" PRIMARY KEY("conversation_id","number")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "turns_message" ON "dialogue"."turns" USING btree ("conversation_id","message_id");