import test, { type ExecutionContext } from 'ava';
import { desiredConfig } from '../../../src/decisions/domains/desired-config.ts';
import { routerToken } from '../../../src/labels/router-token.ts';
import type { DomainRecord } from '../../../src/model/domain.ts';
import type { RouterRecord } from '../../../src/model/router.ts';
import type { ServiceRecord } from '../../../src/model/service.ts';
import { startCluster } from '../../fixtures/harness.ts';

const router: RouterRecord = {
  ...{ service: 'router', dns: ['10.0.0.5:53'], dnsDomain: 'lab.test' },
  ...{ loaded: {}, failures: {}, createdAt: '' },
};

async function open(t: ExecutionContext) {
  const cluster = await startCluster(t, { engines: 1 });
  const { cache } = cluster;
  const service = (id: string, project?: string, serviceId = `id-of-${id}`) => {
    const image = { name: 'i', ...(project !== undefined && { project }) };
    const value = { id: serviceId, spec: { image } } as unknown as ServiceRecord;
    cache.apply({ kind: 'service', id, version: cache.version + 1_000_000, value });
  };
  const domain = (id: string, changes: Partial<DomainRecord> = {}) => {
    const rules = [{ path: '/', service: 'web', port: 80 }];
    const value: DomainRecord = { rules, tls: 'off', createdAt: '', updatedAt: '', ...changes };
    cache.apply({ kind: 'domain', id, version: cache.version + 1_000_000, value });
  };
  const wanted = (version = '2.6.2', changes: Partial<RouterRecord> = {}) =>
    desiredConfig(cluster, { ...router, ...changes }, version);
  service('web');
  domain('a.test');
  return { cluster, service, domain, wanted };
}

test('a configuration is worked out once for each change, however many routers and versions ask', async (t) => {
  const { cluster, domain, service, wanted } = await open(t);
  let walks = 0;
  const { domains } = cluster.cache;
  const all = domains.all.bind(domains);
  domains.all = () => {
    walks += 1;
    return all();
  };
  const first = wanted();
  for (let n = 0; n < 100; n++) wanted(`2.6.${n}`, { loaded: {}, failures: { [`engine-${n}`]: 'x' } });
  t.is(walks, 1);
  t.is(first.text(), wanted().text());
  wanted('2.10.2');
  wanted('2.8.0');
  t.is(walks, 2, 'versions that are told the same share it');
  domain('b.test');
  t.not(wanted().hash, first.hash);
  t.regex(wanted().text(), /b\.test/);
  service('other');
  const before = walks;
  t.is(wanted().hash, wanted().hash);
  t.is(walks, before + 1);
});

test('the hash is another one whenever the text is', async (t) => {
  const { cluster, domain, service, wanted } = await open(t);
  const seen = new Map([[wanted().hash, wanted().text()]]);
  const see = (what: string, { hash, text } = wanted()) => {
    t.false(seen.has(hash), what);
    t.false([...seen.values()].includes(text()), what);
    seen.set(hash, text());
  };
  see('another version', wanted('2.8'));
  see('another DNS server', wanted('2.6', { dns: ['10.0.0.6:53'] }));
  domain('a.test', { tls: 'internal' });
  see('another certificate');
  domain('a.test', { users: { somebody: 'x' } });
  see('a password');
  const { text } = wanted('2.6', { auth: ['10.0.0.5:8090'] });
  t.true(text().includes(JSON.stringify(routerToken(cluster.installation))));
  service('web', undefined, 'another-id');
  see('another service of the same name');
  t.regex(wanted().text(), /_80\._tcp\.another-id\.addr\.lab\.test/);
  service('web', 'another');
  see('a service of another project');
});
