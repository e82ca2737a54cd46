-- What a replica takes is its own under a lease now: lease_owner and lease_until. Replicas of version 0.1 know other
-- columns: read_until (some replica reads changes until then) and not_before (an operation is taken until then).
-- As long as both versions run, triggers keep the columns in step, so that neither takes what the other one has:
-- * backends: whichever of the two columns a replica writes, the other one follows.
-- * operations: not_before is never before lease_until, so version 0.1 waits for the end of our leases. What version 0.1
--   has taken, we leave alone because we too wait for not_before.
-- When no replica of version 0.1 runs any more, the triggers and read_until can go.
ALTER TABLE "incident"."backends" ADD COLUMN "lease_owner" text;--> statement-breakpoint
ALTER TABLE "incident"."backends" ADD COLUMN "lease_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "incident"."operations" ADD COLUMN "lease_owner" text;--> statement-breakpoint
ALTER TABLE "incident"."operations" ADD COLUMN "lease_until" timestamp with time zone;--> statement-breakpoint
UPDATE "incident"."backends" SET "lease_until" = "read_until" WHERE "read_until" IS NOT NULL;
--> statement-breakpoint
CREATE FUNCTION "incident"."backends_of_version_0_1"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW."lease_until" IS DISTINCT FROM OLD."lease_until" THEN
    NEW."read_until" := NEW."lease_until";
  ELSIF NEW."read_until" IS DISTINCT FROM OLD."read_until" THEN
    NEW."lease_owner" := NULL;
    NEW."lease_until" := NEW."read_until";
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER "backends_of_version_0_1" BEFORE UPDATE ON "incident"."backends"
  FOR EACH ROW EXECUTE FUNCTION "incident"."backends_of_version_0_1"();
--> statement-breakpoint
CREATE FUNCTION "incident"."operations_of_version_0_1"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW."not_before" := greatest(NEW."not_before", NEW."lease_until");
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER "operations_of_version_0_1" BEFORE INSERT OR UPDATE ON "incident"."operations"
  FOR EACH ROW EXECUTE FUNCTION "incident"."operations_of_version_0_1"();
