CREATE TABLE "dialogue"."waiting_news" (
	"id" text PRIMARY KEY NOT NULL,
	"conversation_id" text NOT NULL,
	"event" json NOT NULL,
	"not_before" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE INDEX "waiting_news_time" ON "dialogue"."waiting_news" USING btree ("not_before");