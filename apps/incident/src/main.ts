import { runMain } from '#service';
import { incidentService } from './incident.module.js';

await runMain(incidentService);
