import type { Domain, Rule, Story, StoryStep } from '../model/assistant.js';
import type { Findings } from '../model/findings.js';
import { StoryStepReader } from './story-step-reader.js';
import { Expectation, placeOf, type YamlMap, type YamlNode } from '../yaml/yaml-node.js';

const STORY_KEYS = ['story', 'steps', 'metadata'];
const RULE_KEYS = ['rule', 'steps', 'metadata', 'condition', 'wait_for_user_input', 'conversation_start'];

/** Collects the `stories:` and `rules:` lists of all files. */
export class StoryReader {
  readonly stories: Story[] = [];
  readonly rules: Rule[] = [];
  private readonly expect: Expectation;
  private readonly steps: StoryStepReader;

  /** @param domain provides the types of slots that stories name without a value */
  constructor(
    private readonly findings: Findings,
    domain: Domain,
  ) {
    this.expect = new Expectation(findings);
    this.steps = new StoryStepReader(findings, domain);
  }

  readStories(list: YamlNode): void {
    for (const { name, map } of this.named(list, 'story', STORY_KEYS)) {
      const steps = this.steps.read(map.entries.get('steps'), `story ${name}`);
      if (this.hasSteps(steps, `story ${name}`, map)) this.stories.push({ name, steps, place: map.place });
    }
  }

  readRules(list: YamlNode): void {
    for (const { name, map } of this.named(list, 'rule', RULE_KEYS)) {
      const what = `rule ${name}`;
      const steps = this.steps.read(map.entries.get('steps'), what);
      if (!this.hasSteps(steps, what, map)) continue;
      const flag = (key: string) => this.expect.boolean(map.entries.get(key), `${key} of ${what}`);
      this.rules.push({
        name,
        steps,
        condition: this.readCondition(map, what),
        waitsForUserInput: flag('wait_for_user_input') ?? true,
        isConversationStart: flag('conversation_start') ?? false,
        place: map.place,
      });
    }
  }

  private readCondition(map: YamlMap, what: string): StoryStep[] {
    return this.steps.read(map.entries.get('condition'), `the condition of ${what}`).filter((step) => {
      if (step.kind === 'slot' || step.kind === 'loop') return true;
      this.findings.error(`the condition of ${what} may only have active_loop and slot_was_set`, step.place);
      return false;
    });
  }

  private named(list: YamlNode, kind: 'story' | 'rule', keys: string[]): { name: string; map: YamlMap }[] {
    return this.expect.items(list, kind === 'story' ? 'stories' : 'rules').flatMap((item) => {
      const map = this.expect.map(item, `a ${kind}`);
      if (!map) return [];
      const name = this.expect.text(map.entries.get(kind), `the name of a ${kind}`);
      if (!name) {
        this.findings.warning(`a ${kind} without a name is ignored`, map.place);
        return [];
      }
      for (const key of map.entries.keys())
        if (!keys.includes(key))
          this.findings.warning(`"${key}" of ${kind} ${name} is not supported`, placeOf(map, key));
      return [{ name, map }];
    });
  }

  private hasSteps(steps: StoryStep[], what: string, map: YamlMap): boolean {
    if (steps.length === 0) this.findings.warning(`${what} has no steps and is ignored`, map.place);
    return steps.length > 0;
  }
}
