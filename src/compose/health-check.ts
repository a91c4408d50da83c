import { seconds } from '../application/amounts.ts';
import type { Value } from '../application/value.ts';
import { given } from '../model/given.ts';
import type { DockerHealthCheck } from '../model/runtime-options.ts';

/** `healthcheck`: Docker's own, which the engine makes in the container. */
export function healthCheckOf(value: Value): DockerHealthCheck | undefined {
  const fields = value.fields();
  if (!fields) return undefined;
  const isOff = fields.take('disable')?.flag() === true;
  const test = fields.take('test');
  const time = (key: string) => {
    const found = fields.take(key);
    return found && seconds(found);
  };
  const times = given({
    ...{ interval: time('interval'), timeout: time('timeout'), start_period: time('start_period') },
    ...{ start_interval: time('start_interval'), retries: fields.take('retries')?.whole({ max: 1000 }) },
  });
  fields.finish();
  if (isOff) return { test: 'none' };
  const command = test && testOf(test);
  return { ...(command !== undefined && { test: command }), ...times };
}

function testOf(value: Value): string | readonly string[] | undefined {
  if (value.isText) {
    const text = value.text();
    return text === 'none'
      ? value.fail('is the command "none": write ["NONE"] for no check, or ["CMD", "none"] for that command')
      : text;
  }
  const [kind, ...words] = value.texts() ?? [];
  if (kind === 'NONE' && words.length === 0) return 'none';
  if (kind === 'CMD' && words.length > 0) return words;
  if (kind === 'CMD-SHELL' && words.length === 1) return words[0];
  return value.fail('must be a text, or a list that begins with NONE, CMD or CMD-SHELL');
}
