import { useEffect, useState } from 'preact/hooks';
import { call, send } from '../api.ts';
import { text } from '../texts.ts';
import { useMay } from '../use-may.ts';
import { fileIn, tarOf } from './tar.ts';

/** What is larger is saved as an archive, which the browser writes as it comes. */
const maxInMemory = 64 * 1024 * 1024;
const maxShown = 1_000;
/** In a Go file mode: of what is no regular file. */
const otherKinds = [31, 27, 26, 25, 24, 21, 19];

/** Files of the container: listed by its own `ls`, read and written as archives. */
export function ContainerFiles({ id }: { readonly id: string }) {
  const may = useMay('container', 'exec', 'export', 'import');
  const [folder, setFolder] = useState('/');
  const [names, setNames] = useState<readonly string[]>([]);
  const [message, setMessage] = useState('');
  const [turn, setTurn] = useState(0);
  const canList = may.has('exec');
  useEffect(() => {
    if (!canList) return;
    const ended = new AbortController();
    const list = async () => {
      const body = { cmd: ['ls', '-1Ap', '--', folder], timeout: 10 };
      const answer = await call('POST', `apiv1/container/${id}/exec`, body, ended.signal);
      if (!('exit_code' in answer)) return;
      setNames(
        answer.stdout
          .split('\n')
          .filter((name) => name !== '')
          .slice(0, maxShown),
      );
      setMessage(answer.exit_code === 0 ? '' : answer.stderr || text('noList', { code: answer.exit_code }));
    };
    list().catch((error: Error) => {
      if (ended.signal.aborted) return;
      setNames([]);
      setMessage(error.message);
    });
    return () => ended.abort();
  }, [id, folder, canList, turn]);
  const attempt = (work: Promise<unknown>) => work.catch((error: Error) => setMessage(error.message));
  const upload = async (file: File) => {
    setMessage(text('uploading', { name: file.name }));
    await send('PUT', archivePath(id, folder), { raw: tarOf(file) });
    setMessage(text('uploaded', { name: file.name, folder }));
    setTurn((before) => before + 1);
  };
  return (
    <div class="files">
      <form
        class="actions"
        onSubmit={(event) => {
          event.preventDefault();
          setFolder(String(new FormData(event.currentTarget).get('folder')) || '/');
        }}
      >
        <label>
          {text('folder')} <input name="folder" key={folder} defaultValue={folder} />
        </label>
        <button type="submit">{text('show')}</button>
        {may.has('export') && (
          <a href={`/${archivePath(id, folder)}`} download={`${folder.split('/').pop() || 'root'}.tar`}>
            {text('downloadFolder')}
          </a>
        )}
      </form>
      <p role="status">{message}</p>
      <ul>
        {folder !== '/' && canList && (
          <li>
            <button type="button" class="link" onClick={() => setFolder(parentOf(folder))}>
              ..
            </button>
          </li>
        )}
        {names.map((name) => {
          const path = `${folder.replace(/\/$/, '')}/${name.replace(/\/$/, '')}`;
          const isFolder = name.endsWith('/');
          return (
            <li key={name}>
              {isFolder || may.has('export') ? (
                <button
                  type="button"
                  class="link"
                  onClick={() => (isFolder ? setFolder(path) : attempt(download(id, path)))}
                >
                  {name}
                </button>
              ) : (
                name
              )}
            </li>
          );
        })}
      </ul>
      {may.has('import') && (
        <label>
          {text('upload', { folder })}{' '}
          <input
            type="file"
            onChange={({ currentTarget }) => {
              const [file] = currentTarget.files ?? [];
              if (file) void attempt(upload(file));
              currentTarget.value = '';
            }}
          />
        </label>
      )}
    </div>
  );
}

async function download(id: string, path: string): Promise<void> {
  const place = archivePath(id, path);
  const { headers } = await send('HEAD', place);
  const { mode, size } = JSON.parse(atob(headers.get('x-docker-container-path-stat') ?? ''));
  const isRegular = otherKinds.every((bit) => Math.floor(mode / 2 ** bit) % 2 === 0);
  const name = path.split('/').pop() ?? 'file';
  if (!isRegular || size > maxInMemory) return save(`/${place}`, `${name}.tar`);
  const archive = await (await send('GET', place)).blob();
  const url = URL.createObjectURL(fileIn(archive, size));
  save(url, name);
  // The browser has begun to save it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

function save(href: string, name: string): void {
  const link = document.createElement('a');
  link.href = href;
  link.download = name;
  link.click();
}

function archivePath(id: string, path: string): string {
  return `apiv1/container/${id}/archive?path=${encodeURIComponent(path)}`;
}

function parentOf(folder: string): string {
  return folder.replace(/\/[^/]*\/?$/, '') || '/';
}
