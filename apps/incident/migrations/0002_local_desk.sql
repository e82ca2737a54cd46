CREATE TABLE "incident"."desk_comments" (
	"id" serial PRIMARY KEY NOT NULL,
	"incident_id" integer NOT NULL,
	"author" text NOT NULL,
	"name" text NOT NULL,
	"text" text NOT NULL,
	"is_internal" boolean DEFAULT false NOT NULL,
	"written_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "incident"."desk_files" (
	"id" serial PRIMARY KEY NOT NULL,
	"incident_id" integer NOT NULL,
	"name" text NOT NULL,
	"media_type" text NOT NULL,
	"content" "bytea" NOT NULL,
	"added_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "incident"."desk_incidents" (
	"id" serial PRIMARY KEY NOT NULL,
	"operation_id" text NOT NULL,
	"caller" text NOT NULL,
	"title" text NOT NULL,
	"description" text NOT NULL,
	"priority" text NOT NULL,
	"state" text DEFAULT 'new' NOT NULL,
	"waits_for" text,
	"assigned_to" text,
	"opened_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"resolved_at" timestamp with time zone,
	"change" bigserial NOT NULL,
	CONSTRAINT "desk_incidents_operation_id_unique" UNIQUE("operation_id")
);
--> statement-breakpoint
ALTER TABLE "incident"."desk_comments" ADD CONSTRAINT "desk_comments_incident_id_desk_incidents_id_fk" FOREIGN KEY ("incident_id") REFERENCES "incident"."desk_incidents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "incident"."desk_files" ADD CONSTRAINT "desk_files_incident_id_desk_incidents_id_fk" FOREIGN KEY ("incident_id") REFERENCES "incident"."desk_incidents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "desk_comments_incident" ON "incident"."desk_comments" USING btree ("incident_id");--> statement-breakpoint
CREATE INDEX "desk_files_incident" ON "incident"."desk_files" USING btree ("incident_id");--> statement-breakpoint
CREATE INDEX "desk_incidents_caller" ON "incident"."desk_incidents" USING btree ("caller","opened_at");--> statement-breakpoint
CREATE INDEX "desk_incidents_change" ON "incident"."desk_incidents" USING btree ("change");