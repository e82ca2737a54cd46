ALTER TABLE "dialogue"."conversations" ADD COLUMN "snapshot_version" integer;
--> statement-breakpoint
UPDATE "dialogue"."conversations" SET "snapshot_version" = "version";
--> statement-breakpoint
ALTER TABLE "dialogue"."conversations" ALTER COLUMN "snapshot_version" SET NOT NULL;
