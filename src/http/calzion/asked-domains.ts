import { anyone, type Principal } from '../../access/principal.ts';

interface KeptDomains {
  readonly domains: unknown;
  readonly by: Principal;
}

/** Each is part of a body of at most 1 MiB. */
const maxKept = 100;

/**
 * What the last set-up of a deployment said of domains, for the code that it asks for. No record keeps that, since it has passwords: a
 * server that was started since then has forgotten it, and the next set-up leads the domains.
 */
export class AskedDomains {
  readonly #byDeployment = new Map<string, KeptDomains>();

  keep({ deployment, domains }: { readonly deployment: string; readonly domains: unknown }, by = anyone): void {
    this.#byDeployment.delete(deployment);
    if (domains === undefined || domains === null) return;
    this.#byDeployment.set(deployment, { domains, by });
    const [oldest] = this.#byDeployment.keys();
    if (oldest !== undefined && this.#byDeployment.size > maxKept) this.#byDeployment.delete(oldest);
  }

  /** As globals of a template, for whoever said it. */
  of(deployment: string, { name, tokenId } = anyone): Readonly<Record<string, unknown>> {
    const kept = this.#byDeployment.get(deployment);
    return kept?.by.name === name && kept.by.tokenId === tokenId ? { Domains: kept.domains } : {};
  }
}
