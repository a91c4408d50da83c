import test from 'ava';
import { isWell, report } from '../../chaos/report.ts';
import { runChaos } from '../../chaos/run-chaos.ts';

test.serial('a minute of faults on servers, engines and Redis: nothing is lost, doubled or leaked', async (t) => {
  t.timeout(10 * 60_000);
  const ending = new AbortController();
  t.teardown(() => ending.abort());
  const options = { seed: 3, durationMs: 60_000, servers: 2, engines: 3, clients: 4 };
  const stage = { name: 'chaos-test', say: () => undefined, signal: ending.signal };
  const outcome = await runChaos(options, stage);
  const number = (kind: string) => outcome.findings.filter((each) => each.kind === kind).length;
  const figures = report(outcome);
  t.log(figures);
  t.is(number('lost'), 0, figures);
  t.is(number('doubled'), 0, figures);
  t.is(number('leaked'), 0, figures);
  t.true(isWell(outcome), figures);
  t.true(outcome.requests.acknowledged > 100, figures);
  t.true(outcome.faults.size >= 5, figures);
});
