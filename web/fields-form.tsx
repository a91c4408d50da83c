import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import { ApiFailure } from './api.ts';

export interface FormField {
  /** In the body of the request: what the server says of it is shown beside it. */
  readonly name: string;
  readonly label: string;
  readonly isRequired?: boolean;
  readonly placeholder?: string;
  readonly type?: 'text' | 'password' | 'number' | 'long' | 'checkbox';
  /** One of these. */
  readonly choices?: readonly string[];
  /** To choose from, or something else. */
  readonly suggested?: readonly string[];
  readonly begins?: string;
}

export type Typed = Readonly<Record<string, string>>;

interface FieldsFormProps {
  readonly fields: readonly FormField[];
  readonly label: string;
  /** What was typed stays afterwards. */
  readonly isKept?: boolean;
  /** What it will do. */
  readonly children?: ComponentChildren;
  /** Returns what was done, as a sentence. Throws why it could not be. */
  readonly act: (typed: Typed) => Promise<string>;
}

/** Fields as they are typed, without spaces around them; what was left empty is ''. */
export function FieldsForm({ fields, label, isKept = false, children, act }: FieldsFormProps) {
  const id = useId();
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Error>();
  const [done, setDone] = useState('');
  /** Of the fields that are there: after each success others, which begin anew. A reset would choose the first of a list. */
  const [turn, setTurn] = useState(0);
  const wrong = wrongFields(failure, fields);
  const submit = async (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    if (isBusy) return;
    const { submitter } = event;
    const given = new FormData(event.currentTarget);
    setBusy(true);
    setFailure(undefined);
    setDone('');
    try {
      setDone(await act(Object.fromEntries(fields.map(({ name }) => [name, String(given.get(name) ?? '').trim()]))));
      if (!isKept) {
        // The field that had the focus goes.
        submitter?.focus();
        setTurn(turn + 1);
      }
    } catch (error) {
      setFailure(error as Error);
    }
    setBusy(false);
  };
  return (
    <form class="fields" onSubmit={submit}>
      {fields.map((field) => (
        <p key={field.name}>
          <label for={`${id}-${field.name}`}>{field.label}</label>
          <FieldInput key={turn} id={`${id}-${field.name}`} field={field} isWrong={wrong.has(field.name)} />
          {wrong.has(field.name) && (
            <span id={`${id}-${field.name}-problem`} class="problem" role="alert">
              {wrong.get(field.name)}
            </span>
          )}
        </p>
      ))}
      {children}
      <button type="submit" aria-disabled={isBusy}>
        {label}
      </button>
      <p role="status">{done}</p>
      <p class="problem" role="alert">
        {wrong.size === 0 && failure?.message}
      </p>
    </form>
  );
}

/** What the server says of fields that are there, by their names. */
function wrongFields(failure: Error | undefined, fields: readonly FormField[]): ReadonlyMap<string, string> {
  const details = failure instanceof ApiFailure && Array.isArray(failure.details) ? failure.details : [];
  const found = details.flatMap(({ path, message }: { readonly path?: unknown; readonly message?: unknown }) => {
    const field = fields.find(({ name }) => String(path).split(/[.[]/).includes(name));
    return field ? [[field.name, String(message)] as const] : [];
  });
  // What is of no field would be lost otherwise.
  return found.length === details.length ? new Map(found) : new Map();
}

interface FieldInputProps {
  readonly id: string;
  readonly field: FormField;
  readonly isWrong: boolean;
}

function FieldInput({ id, field, isWrong }: FieldInputProps) {
  const { name, isRequired = false, placeholder, type = 'text', choices, suggested, begins = '' } = field;
  const shared = {
    ...{ id, name, required: isRequired, autocomplete: type === 'password' ? 'new-password' : 'off' },
    ...(placeholder !== undefined && { placeholder }),
    ...(isWrong && { 'aria-invalid': true, 'aria-describedby': `${id}-problem` }),
  };
  if (choices)
    return (
      <select {...shared}>
        {begins !== '' && !choices.includes(begins) && <option value="" selected />}
        {choices.map((each) => (
          <option key={each} selected={each === begins}>
            {each}
          </option>
        ))}
      </select>
    );
  if (type === 'long') return <textarea {...shared} rows={8} spellcheck={false} defaultValue={begins} />;
  if (type === 'checkbox') return <input {...shared} type="checkbox" />;
  if (type === 'number') return <input {...shared} type="number" defaultValue={begins} />;
  if (type === 'password') return <input {...shared} type="password" />;
  if (!suggested) return <input {...shared} type="text" defaultValue={begins} />;
  return (
    <>
      <input {...shared} type="text" defaultValue={begins} list={`${id}-list`} />
      <datalist id={`${id}-list`}>
        {suggested.map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
    </>
  );
}
