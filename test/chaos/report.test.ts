import test from 'ava';
import { isWell, type Outcome, report } from '../../chaos/report.ts';

const well: Outcome = {
  options: { seed: 3, durationMs: 60_000, servers: 2, engines: 3, clients: 8 },
  durationMs: 61_250,
  requests: {
    requests: 100,
    acknowledged: 90,
    refused: new Map([['unschedulable', 7]]),
    failed: new Map([['ECONNRESET', 3]]),
  },
  connections: { made: 900, atOnce: [], late: [], unexplained: [] },
  faults: new Map([
    ['kill Redis', 1],
    ['freeze server', 2],
  ]),
  recovered: [
    { fault: 'kill Redis from 1.0 s to 2.0 s', target: 'server 1', ms: 400, isDone: true },
    { fault: 'kill Redis from 1.0 s to 2.0 s', target: 'server 2', ms: 1_900, isDone: true },
    { fault: 'freeze server 1 from 5.0 s to 9.0 s', target: 'server 1', ms: 100, isDone: true },
  ],
  settledMs: 3_000,
  denials: [],
  crashes: 0,
  findings: [],
};

test('the figures of a run that went well', (t) => {
  t.true(isWell(well));
  const text = report(well);
  t.regex(text, /^seed 3, 2 servers, 3 engines, 61\.3 s\n/);
  t.regex(text, /requests +100, acknowledged 90\n/);
  t.regex(text, /refused +7: unschedulable 7\n/);
  t.regex(text, /no answer +3: ECONNRESET 3\n/);
  t.regex(text, /faults +3: freeze server 2, kill Redis 1\n/);
  t.regex(text, /longest 1\.9 s \(server 2, after: kill Redis from 1\.0 s to 2\.0 s\), median 0\.4 s\n/);
  t.regex(text, /\nlost 0, doubled 0, leaked 0$/);
});

test('connections that failed are counted by what befell their engine, and the strange ones are named', (t) => {
  const where = { service: 'web', container: 'c0ffee'.repeat(10), engine: 'chaos-2' };
  const failure = { ...where, server: 1, reportedMs: 4_200, code: 'ECONNREFUSED' };
  const connections = { made: 900, atOnce: [failure, failure], late: [], unexplained: [failure] };
  t.regex(
    report({ ...well, connections }),
    /catalogue +900 connections, 3 failed: 2 as their engine fell, 0 later, 1 to engines that were well\n {2}4\.2 s: server 1 named c0ffeec0ffee of web on chaos-2: ECONNREFUSED\n/,
  );
});

test('what was found is counted by kind and told one by one', (t) => {
  const findings: Outcome['findings'] = [
    { kind: 'lost', sentence: 'this one is gone', about: [] },
    { kind: 'leaked', sentence: 'that one stays', about: [] },
  ];
  const outcome = { ...well, findings, evidence: '/somewhere' };
  t.false(isWell(outcome));
  t.regex(
    report(outcome),
    /\nlost 1, doubled 0, leaked 1\n {2}lost: this one is gone\n {2}leaked: that one stays\nevidence in \/somewhere$/,
  );
});

test('a server that crashed, and one who never came back, are not well', (t) => {
  t.false(isWell({ ...well, crashes: 1 }));
  const recovered = [{ fault: 'kill engine 1', target: 'engine 1', ms: 60_000, isDone: false } as const];
  t.false(isWell({ ...well, recovered }));
  t.regex(report({ ...well, recovered }), /never: 1\n/);
});
