import { isInternationalName } from '../application/international-name.ts';
import { quoted } from '../application/problems.ts';
import type { Value } from '../application/value.ts';
import { didYouMeanHint } from '../model/did-you-mean.ts';
import {
  type DomainTls,
  domainPattern,
  domainTlsModes,
  domainUserPattern,
  maxPasswordLength,
  maxUsers,
} from '../model/domain.ts';
import { given } from '../model/given.ts';

/** A domain of the deployment, and where it leads. */
export interface WrittenDomain {
  readonly name: string;
  /** In the template. */
  readonly service: string;
  /** The name of its port. */
  readonly port?: string;
  readonly tls?: DomainTls;
  /** Passwords by name. */
  readonly users?: Readonly<Record<string, string>>;
  readonly at: Value;
}

/** `deployment:service[:port]`. */
const target = /^([a-z0-9][a-zA-Z0-9_-]*):([a-zA-Z0-9][a-zA-Z0-9_.-]*)(?::([a-zA-Z0-9][a-zA-Z0-9_-]*))?$/;

/** Of what a template says of domains, that which leads to services of this deployment: others have their own. */
export function domainsOf(value: Value | undefined, deployment: string): WrittenDomain[] {
  const fill = (text: string) => text.replaceAll('{DEPLOY_ID}', deployment);
  const seen = new Set<string>();
  return (value?.fields()?.all() ?? []).flatMap(([key, at]) => {
    const name = fill(key);
    if (!domainPattern.test(name) || !isInternationalName(name))
      return at.fail(`has ${quoted(key)} where a domain must be, in lower case`) ?? [];
    const fields = at.fields();
    const http = fields?.take('http');
    const auth = fields?.take('auth');
    const tls = fields?.take('tls')?.oneOf(domainTlsModes);
    fields?.finish();
    if (!http) return fields?.fail('must have http, the service that it goes to') ?? [];
    const [whole, owner, service = '', port] = target.exec(fill(http.text() ?? '')) ?? [];
    if (whole === undefined) return http.fail('must be DEPLOYMENT:SERVICE or DEPLOYMENT:SERVICE:PORT') ?? [];
    const users = auth && !auth.isNull ? usersIn(auth) : undefined;
    if (owner !== deployment) return [];
    if (seen.has(name)) return at.fail(`is there twice, as ${name}`) ?? [];
    seen.add(name);
    return [{ ...{ name, service, at: http }, ...given({ port, tls, users }) }];
  });
}

/** No problem quotes a password. */
function usersIn(auth: Value): Record<string, string> {
  const pairs = auth.fields()?.all() ?? [];
  if (pairs.length > maxUsers) auth.fail(`has ${pairs.length} users, and may have ${maxUsers}`);
  return Object.fromEntries(
    pairs.flatMap(([user, each]) => {
      if (!domainUserPattern.test(user)) return each.fail(`has ${quoted(user)} where the name of a user must be`) ?? [];
      const password = each.isText ? (each.text() ?? '') : '';
      if (password.length >= 1 && password.length <= maxPasswordLength) return [[user, password] as const];
      return each.fail(`must be a password of 1 to ${maxPasswordLength} characters`) ?? [];
    }),
  );
}

interface KnownService {
  /** In the template. */
  readonly key: string;
  readonly ports: readonly { readonly name: string; readonly number: number }[];
}

export interface LedDomain extends WrittenDomain {
  /** The container's. Undefined: of a service that the template does not have, and the deployment has. */
  readonly number?: number;
}

/** `present`: services that the deployment has already. */
export function ledDomains(
  domains: readonly WrittenDomain[],
  services: readonly KnownService[],
  present: readonly string[],
): LedDomain[] {
  return domains.flatMap((domain) => {
    const found = services.find(({ key }) => key === domain.service);
    if (!found) {
      if (present.includes(domain.service)) return [domain];
      const names = [...services.map(({ key }) => key), ...present];
      return (
        domain.at.fail(
          `leads to ${quoted(domain.service)}, and there is no such service${didYouMeanHint(domain.service, names)}`,
        ) ?? []
      );
    }
    const { ports } = found;
    const [only, ...others] = ports;
    const port =
      domain.port !== undefined
        ? ports.find(({ name, number }) => name === domain.port || String(number) === domain.port)
        : others.length === 0
          ? only
          : ports.find(({ name }) => name === 'http');
    if (port) return [{ ...domain, number: port.number }];
    const listed = ports.map(({ name }) => (name === '' ? 'one without a name' : name)).join(', ');
    const what =
      domain.port === undefined
        ? 'a service of several ports, so it must name one'
        : `the port ${quoted(domain.port)}, and there is no such port`;
    return domain.at.fail(`leads to ${what}: there is ${listed}`) ?? [];
  });
}
