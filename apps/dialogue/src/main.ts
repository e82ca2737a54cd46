import { runMain } from '#service';
import { dialogueService } from './dialogue.module.js';

await runMain(dialogueService);
