import type { AuditEntry } from '../../src/model/audit.ts';

let made = 0;

export function entry(changes: Partial<AuditEntry> = {}): AuditEntry {
  made += 1;
  return {
    at: '2026-11-29T06:00:00.000Z',
    ...{ who: 'ci', role: 'operator', from: '10.0.0.7', verb: 'create', noun: 'container', target: 'web' },
    ...{ method: 'POST', path: '/apiv1/container', result: 'done', status: 201, code: null },
    request: `request-${made}`,
    ...changes,
  };
}
