import { IdTokens, issuerOf } from '../../../access/id-tokens.ts';
import { logInWithOidc } from '../../../commands/accounts/log-in-with-oidc.ts';
import type { MadeToken } from '../../../commands/accounts/tokens.ts';
import { SatsumaError } from '../../../model/errors.ts';
import type { OidcSettings } from '../../../model/oidc.ts';
import type { Cluster } from '../../../state/cluster.ts';

export type IdTokenLogin = (idToken: string) => Promise<MadeToken>;

/** Gives a token for an ID token of one of the providers. Throws as `logInWithOidc`. */
export function idTokenLogin(cluster: Cluster, oidc: readonly OidcSettings[]): IdTokenLogin {
  const providers = oidc.map((settings) => ({ settings, idTokens: new IdTokens(settings, () => cluster.clock.now()) }));
  return async (idToken) => {
    const issuer = issuerOf(idToken);
    // One that is of none of them is refused by the first, as what it says of itself is no proof anyhow.
    const provider = providers.find(({ settings }) => settings.issuer === issuer) ?? providers[0];
    if (!provider) throw noOidc();
    const { idTokens, settings } = provider;
    return await logInWithOidc(cluster, idTokens, { idToken, tokenSeconds: settings.tokenSeconds });
  };
}

/** The one that is meant. Throws `no_oidc`. */
export function providerOf(oidc: readonly OidcSettings[], issuer: string | undefined): OidcSettings {
  const found = issuer === undefined ? oidc[0] : oidc.find((each) => each.issuer === issuer);
  if (found) return found;
  if (oidc.length === 0) throw noOidc();
  const issuers = oidc.map((each) => each.issuer).join(', ');
  throw new SatsumaError('no_oidc', `this server does not accept ID tokens of that issuer, only of ${issuers}`);
}

function noOidc(): SatsumaError {
  return new SatsumaError('no_oidc', 'this server does not accept ID tokens: "auth.oidc" is not configured');
}
