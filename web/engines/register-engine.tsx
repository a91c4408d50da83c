import { call } from '../api.ts';
import { FieldsForm } from '../fields-form.tsx';
import { text } from '../texts.ts';
import { listOf } from '../words-of.ts';

/** What an engine needs, and which it is. */
export function RegisterEngine() {
  return (
    <FieldsForm
      label={text('registerEngine')}
      fields={[
        { name: 'id', label: text('engineId'), isRequired: true, placeholder: 'web-1' },
        { name: 'addr', label: text('engineAddr'), isRequired: true, placeholder: 'https://10.0.0.11:2376' },
        { name: 'labels', label: text('labels'), placeholder: 'ssd, zone=a' },
        { name: 'cpus', label: text('engineCpus'), type: 'number' },
        { name: 'memory', label: text('engineMemory'), type: 'number' },
      ]}
      act={async ({ id = '', addr = '', labels = '', cpus, memory }) => {
        const given = listOf(labels);
        await call('POST', 'apiv1/engine', {
          ...{ id, addr },
          ...(given.length > 0 && { labels: given }),
          ...(cpus !== '' && { cpus: Number(cpus) }),
          ...(memory !== '' && { memory: Number(memory) }),
        });
        return text('registered', { name: id });
      }}
    >
      <p>{text('registerText')}</p>
      <pre>{registering}</pre>
    </FieldsForm>
  );
}

/** Where Satsuma's authority is. The last one prints what the engine needs. */
const registering = `satsuma ca engine web-1 --host 10.0.0.11
# copy the folder that it names to the engine, put the lines that it prints into /etc/docker/daemon.json there, and:
systemctl restart docker`;
