import { seconds } from '../application/amounts.ts';
import type { Fields, Value } from '../application/value.ts';
import { given } from '../model/given.ts';
import type { UpdatePolicy } from '../model/service.ts';
import { defaultUpdate } from '../model/service-defaults.ts';

/** What the file says of it; how many may fail depends on how many there are. */
export interface UpdateOptions {
  readonly fields: Partial<UpdatePolicy>;
  readonly failureRatio?: number | undefined;
  /** Says what is wrong with it. */
  readonly failRatio?: ((sentence: string) => undefined) | undefined;
}

/** However many fail, the update goes on. */
const anyNumber = 10_000;

/** `deploy.update_config` and `rollback_config`. A rollback is an update: it cannot be another one. */
export function readUpdate(deploy: Fields | undefined): UpdateOptions {
  const value = deploy?.take('update_config');
  const policy = value ? optionsOf(value, ['continue', 'rollback', 'pause']) : { fields: {} };
  const back = deploy?.take('rollback_config');
  if (!back) return policy;
  const { fields, failureRatio } = optionsOf(back, ['continue', 'pause']);
  const { on_failure: _, max_failure: __, ...own } = fields;
  const other = Object.keys(own).find(
    (key) => own[key as keyof typeof own] !== policy.fields[key as keyof UpdatePolicy],
  );
  if (other !== undefined || failureRatio !== policy.failureRatio) {
    back.fail(
      `says another ${other ?? 'max_failure_ratio'} than update_config: a rollback is made as an update is, so leave it out`,
    );
  }
  return policy;
}

function optionsOf(value: Value, actions: readonly string[]): UpdateOptions {
  const fields = value.fields();
  const time = (key: string) => {
    const found = fields?.take(key);
    return found && seconds(found);
  };
  const action = fields?.take('failure_action')?.oneOf(actions);
  const ratio = fields?.take('max_failure_ratio');
  const failureRatio = ratio?.number();
  if (failureRatio !== undefined && (failureRatio < 0 || failureRatio > 1)) ratio?.fail('must be from 0 to 1');
  const read = given({
    parallelism: fields?.take('parallelism')?.whole({ max: 1000 }),
    ...{ delay: time('delay'), monitor: time('monitor') },
    order: fields?.take('order')?.oneOf(['start-first', 'stop-first'] as const),
    on_failure: action === 'rollback' || action === 'pause' ? action : undefined,
    max_failure: action === 'continue' ? anyNumber : undefined,
  } as const);
  fields?.finish();
  return { fields: read, failureRatio, failRatio: ratio && ((sentence) => ratio.fail(sentence)) };
}

/**
 * With an order for what says none: the new replica first, as services have it, unless two cannot be there at the same time,
 * with one host port or with one volume.
 */
export function updatePolicy(
  { fields, failureRatio, failRatio }: UpdateOptions,
  { replicas, isAlone }: { readonly replicas: number | 'global'; readonly isAlone: boolean },
): UpdatePolicy {
  const count = replicas === 'global' ? 0 : replicas;
  if (replicas === 'global' && failureRatio)
    failRatio?.('cannot be with mode global: how many replicas there are is not known');
  return {
    ...defaultUpdate,
    ...(isAlone && { order: 'stop-first' as const }),
    ...(failureRatio !== undefined && { max_failure: Math.floor(failureRatio * count) }),
    ...fields,
  };
}
