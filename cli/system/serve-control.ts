import { CommandFailure, UsageError } from '../options.ts';
import type { ControlHandler } from './control.ts';
import type { System } from './index.ts';
import { whatFrom } from './what.ts';

/** The actions of a running `up`. */
export function serveControl(system: System): ControlHandler {
  return async (action, words) => {
    switch (action) {
      case 'heal': {
        await system.heal(whatFrom(words, system.state));
        return {};
      }
      case 'cut': {
        await system.cut(whatFrom(words, system.state));
        return {};
      }
      case 'promote': {
        const [region] = words;
        if (region === undefined) throw new UsageError('promote which region?');
        await system.promote(region);
        return {};
      }
      default:
        throw new CommandFailure(`up does not know the action "${action}"`);
    }
  };
}
