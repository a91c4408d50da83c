import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { text } from './texts.ts';

interface ActionProps {
  readonly label: string;
  /** What it will do, in sentences. */
  readonly does: ComponentChildren;
  /** What is lost does not come back. */
  readonly isGrave?: boolean;
  readonly isDisabled?: boolean;
  /** Throws why it could not be done: that is shown where it was asked for. */
  readonly act: () => Promise<unknown>;
}

/** A button that says what it will do before it does it. */
export function ActionButton({ label, does, isGrave = false, isDisabled = false, act }: ActionProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setProblem('');
    try {
      await act();
      dialog.current?.close();
    } catch (error) {
      setProblem((error as Error).message);
    }
    setBusy(false);
  };
  return (
    <>
      <button
        type="button"
        class={isGrave ? 'grave' : ''}
        disabled={isDisabled}
        onClick={() => {
          setProblem('');
          dialog.current?.showModal();
        }}
      >
        {label}
      </button>
      <dialog ref={dialog} aria-label={label}>
        <form onSubmit={submit}>
          <div>{does}</div>
          <p class="problem" role="alert">
            {problem}
          </p>
          <p class="actions">
            {/* One that is disabled would lose the focus. */}
            <button type="submit" class={isGrave ? 'grave' : ''} aria-disabled={isBusy}>
              {label}
            </button>
            <button type="button" onClick={() => dialog.current?.close()}>
              {text('cancel')}
            </button>
          </p>
        </form>
      </dialog>
    </>
  );
}
