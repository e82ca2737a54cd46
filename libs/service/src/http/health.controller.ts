import { Controller, Get, Injectable, ServiceUnavailableException } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { HealthCheck, HealthCheckService, HealthIndicatorService, type HealthCheckResult } from '@nestjs/terminus';
import { Problem } from './problem.filter.js';

/** Returns the problem, or `undefined`. Must answer within a second. */
export type ReadinessCheck = () => string | undefined | Promise<string | undefined>;

/** What a service needs to work. Each part of the service adds its own check. */
@Injectable()
export class Readiness {
  readonly checks = new Map<string, ReadinessCheck>();
  readonly notes = new Map<string, () => string | undefined>();

  add(name: string, check: ReadinessCheck): void {
    this.checks.set(name, check);
  }

  /** Adds a note to the health page that does not affect readiness, such as an unavailable helper. */
  inform(name: string, note: () => string | undefined): void {
    this.notes.set(name, note);
  }

  /** The current problems, as `name: reason`. */
  async problems(): Promise<string[]> {
    const found: string[] = [];
    for (const [name, check] of this.checks) {
      const problem = await check();
      if (problem) found.push(`${name}: ${problem}`);
    }
    return found;
  }
}

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly readiness: Readiness,
  ) {}

  @Get('live')
  @ApiOperation({ summary: 'The process is running. If this fails, restart it.' })
  live(): { status: string } {
    return { status: 'ok' };
  }

  @Get('ready')
  @HealthCheck({ noCache: true })
  @ApiOperation({ summary: 'The service is ready. A 503 names what is missing.' })
  async ready(): Promise<HealthCheckResult> {
    try {
      return await this.health.check([
        ...[...this.readiness.checks].map(([name, check]) => async () => {
          const problem = await check();
          const indicator = this.indicators.check(name);
          return problem ? indicator.down(problem) : indicator.up();
        }),
        ...[...this.readiness.notes].map(([name, note]) => () => {
          const message = note();
          return this.indicators.check(name).up(message === undefined ? undefined : { message });
        }),
      ]);
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      const { info, error: down } = error.getResponse() as Pick<HealthCheckResult, 'info' | 'error'>;
      const missing = Object.entries(down ?? {}).map(([name, why]) => `${name}: ${String(why?.['message'])}`);
      throw new Problem(503, { detail: `Not ready. ${missing.join('; ')}`, info, error: down });
    }
  }
}
