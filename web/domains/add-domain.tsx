import type { DomainBody } from '../../src/api/domain.ts';
import { call } from '../api.ts';
import { FieldsForm, type Typed } from '../fields-form.tsx';
import { text } from '../texts.ts';

interface AddDomainProps {
  readonly services: readonly string[];
  readonly added: () => void;
}

/** A domain, or one more path of it; to a service or a URL. */
export function AddDomain({ services, added }: AddDomainProps) {
  return (
    <FieldsForm
      label={text('addDomain')}
      fields={[
        { name: 'name', label: text('domainName'), isRequired: true, placeholder: 'www.example.org' },
        { name: 'service', label: text('domainService'), suggested: services },
        { name: 'port', label: text('domainPort'), type: 'number' },
        { name: 'path', label: text('domainPath'), placeholder: '/' },
        { name: 'redirect', label: text('domainRedirect'), placeholder: 'https://example.org' },
        { name: 'tls', label: text('domainTls'), choices: ['automatic', 'internal', 'off'] },
      ]}
      act={async (typed) => {
        const { name } = await call('POST', 'apiv1/domain', bodyOf(typed));
        added();
        return text('domainAdded', { name });
      }}
    >
      <p>{text('addDomainText')}</p>
    </FieldsForm>
  );
}

function bodyOf({ name = '', service, port, path, redirect, tls }: Typed): DomainBody {
  return {
    name,
    ...(service !== '' && service !== undefined && { service }),
    ...(port !== '' && { port: Number(port) }),
    ...(path !== '' && path !== undefined && { path }),
    ...(redirect !== '' && redirect !== undefined && { redirect }),
    tls: tls as DomainBody['tls'] & string,
  };
}
