import { runMain } from '#service';
import { nluService } from './nlu.module.js';

await runMain(nluService);
