ALTER TABLE "incident"."watched_incidents" ADD COLUMN "looked_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "incident"."watched_incidents" ADD COLUMN "is_missed" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "watched_incidents_looked_at" ON "incident"."watched_incidents" USING btree ("looked_at");