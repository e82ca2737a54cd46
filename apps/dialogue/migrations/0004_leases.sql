-- What a replica takes is its own under a lease now: lease_owner and lease_until. Replicas of version 0.1 know other
-- columns: announced_at (a reminder is taken until a minute later) and not_before (notifications are taken until then).
-- As long as both versions run, triggers keep the columns in step, so that neither takes what the other one has:
-- * reminders: whichever of the two columns a replica writes, the other one follows.
-- * waiting_news: not_before is never before lease_until, so version 0.1 waits for the end of our leases. What version
--   0.2 has taken, we leave alone because we too wait for not_before.
-- When no replica of version 0.1 runs any more, the triggers and announced_at can go.
ALTER TABLE "dialogue"."reminders" ADD COLUMN "lease_owner" text;--> statement-breakpoint
ALTER TABLE "dialogue"."reminders" ADD COLUMN "lease_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "dialogue"."waiting_news" ADD COLUMN "lease_owner" text;--> statement-breakpoint
ALTER TABLE "dialogue"."waiting_news" ADD COLUMN "lease_until" timestamp with time zone;--> statement-breakpoint
UPDATE "dialogue"."reminders" SET "lease_until" = "announced_at" + interval '1 minute' WHERE "announced_at" IS NOT NULL;
--> statement-breakpoint
CREATE FUNCTION "dialogue"."reminders_of_version_0_1"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW."lease_until" IS DISTINCT FROM OLD."lease_until" THEN
    NEW."announced_at" := NEW."lease_until" - interval '1 minute';
  ELSIF NEW."announced_at" IS DISTINCT FROM OLD."announced_at" THEN
    NEW."lease_owner" := NULL;
    NEW."lease_until" := NEW."announced_at" + interval '1 minute';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER "reminders_of_version_0_1" BEFORE UPDATE ON "dialogue"."reminders"
  FOR EACH ROW EXECUTE FUNCTION "dialogue"."reminders_of_version_0_1"();
--> statement-breakpoint
CREATE FUNCTION "dialogue"."waiting_news_of_version_0_1"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW."not_before" := greatest(NEW."not_before", NEW."lease_until");
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER "waiting_news_of_version_0_1" BEFORE INSERT OR UPDATE ON "dialogue"."waiting_news"
  FOR EACH ROW EXECUTE FUNCTION "dialogue"."waiting_news_of_version_0_1"();
