import { Controller, Get, Injectable } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { HealthCheck, HealthCheckService, HealthIndicatorService, type HealthCheckResult } from '@nestjs/terminus';

/** Says what is wrong, or `undefined`. Must answer within a second. */
export type ReadinessCheck = () => string | undefined | Promise<string | undefined>;

/** What a service needs before it can do its work; each part of it adds its own check. */
@Injectable()
export class Readiness {
  readonly checks = new Map<string, ReadinessCheck>();

  add(name: string, check: ReadinessCheck): void {
    this.checks.set(name, check);
  }

  /** What is wrong now, as `name: reason`. */
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
  @ApiOperation({ summary: 'The process runs. A failure means: restart it.' })
  live(): { status: string } {
    return { status: 'ok' };
  }

  @Get('ready')
  @HealthCheck({ noCache: true })
  @ApiOperation({ summary: 'The service can do its work; 503 names what is missing.' })
  ready(): Promise<HealthCheckResult> {
    return this.health.check(
      [...this.readiness.checks].map(([name, check]) => async () => {
        const problem = await check();
        const indicator = this.indicators.check(name);
        return problem ? indicator.down(problem) : indicator.up();
      }),
    );
  }
}
