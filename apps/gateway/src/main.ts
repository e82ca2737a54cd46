import { runMain } from '#service';
import { gatewayService } from './gateway.module.js';

await runMain(gatewayService);
