import { trainSvms } from '../intents/train-svms.js';
import { trainTagger } from '../entities/train-tagger.js';
import { type Report } from '../progress.js';

export { type Report };

/** Parts of a training that take long and need nothing but numbers, so that they can be done beside each other. */
const jobs = { svms: trainSvms, tagger: trainTagger };

export type JobName = keyof typeof jobs;
export type JobInput<Name extends JobName> = Parameters<(typeof jobs)[Name]>[0];
export type JobResult<Name extends JobName> = Awaited<ReturnType<(typeof jobs)[Name]>>;

/** Where the jobs of a training are done. The results do not depend on it. */
export interface TrainingJobs {
  run<Name extends JobName>(name: Name, input: JobInput<Name>, report: Report): Promise<JobResult<Name>>;
}

/** @param input as `name` wants it. */
export function runJob<Name extends JobName>(
  name: Name,
  input: JobInput<Name>,
  report: Report,
): Promise<JobResult<Name>> {
  const job = jobs[name] as (input: JobInput<Name>, report: Report) => Promise<JobResult<Name>>;
  return job(input, report);
}

export const jobsInThisThread: TrainingJobs = { run: runJob };
