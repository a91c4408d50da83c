import { call } from '../api.ts';
import { FieldsForm } from '../fields-form.tsx';
import { text } from '../texts.ts';
import { wordsOf } from '../words-of.ts';

export function JobForm({ added }: { readonly added: () => void }) {
  return (
    <FieldsForm
      label={text('addJob')}
      fields={[
        { name: 'name', label: text('jobName'), isRequired: true, placeholder: 'nightly' },
        { name: 'image', label: text('image'), isRequired: true, placeholder: 'busybox:1.36' },
        { name: 'args', label: text('command'), placeholder: 'sh -c "date"' },
        { name: 'schedule', label: text('scheduleText'), placeholder: '0 3 * * *' },
        { name: 'time_zone', label: text('timeZone'), placeholder: 'Europe/Berlin' },
      ]}
      act={async ({ name = '', image = '', args = '', schedule = '', time_zone = '' }) => {
        await call('POST', 'apiv1/job', {
          name,
          image: { name: image, type: 'label', ...(args !== '' && { args: wordsOf(args) }) },
          ...(schedule !== '' && { schedule }),
          ...(time_zone !== '' && { time_zone }),
        });
        added();
        return text('jobAdded', { name });
      }}
    >
      <p>{text('addJobText')}</p>
    </FieldsForm>
  );
}
