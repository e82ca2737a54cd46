import { runMain } from '#service';
import { handoffService } from './handoff.module.js';

await runMain(handoffService);
