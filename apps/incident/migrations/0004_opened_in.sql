DROP INDEX "incident"."watched_incidents_conversation";--> statement-breakpoint
ALTER TABLE "incident"."watched_incidents" ADD COLUMN "opened_in" text;--> statement-breakpoint
CREATE INDEX "watched_incidents_opened_in" ON "incident"."watched_incidents" USING btree ("opened_in");