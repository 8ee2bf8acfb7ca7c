import { Button, FileTrigger } from 'react-aria-components';
import { itemPath } from '../api/items.ts';
import { en as text } from '../text/en.ts';
import type { ItemProperties } from './item-properties.ts';

const kib = (bytes: number): number => Math.max(1, Math.round(bytes / 1024));

/** The files of an e-mail or work item: to download, and where it may be changed to add and remove. */
export function Attachments({ item, state, busy, session }: ItemProperties) {
  const mayChange = item.capabilities.includes('add-attachment');
  const fault = state.faults[item.id];
  if (!mayChange && item.attachments.length === 0) return null;
  return (
    <section aria-label={text.letter.attachments} className="attachments">
      <ul>
        {item.attachments.map(({ id, name, size }) => (
          <li key={id}>
            <a href={`/workspace/v3${itemPath(item.medium, item.id, `attachments/${encodeURIComponent(id)}`)}`} download={name}>
              {text.letter.file(name, kib(size))}
            </a>
            {mayChange ? (
              <Button
                className="quiet"
                isDisabled={busy}
                onPress={() => session.items.removeAttachment(text.letter.remove(name), item, id)}
              >
                {text.letter.remove(name)}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
      {mayChange ? (
        <FileTrigger onSelect={files => [...(files ?? [])].forEach(file => session.items.attach(text.letter.attach, item, file))}>
          <Button isDisabled={busy}>{text.letter.attach}</Button>
        </FileTrigger>
      ) : null}
      {fault?.field === 'attachment' ? <p role="alert" className="lost">{`${text.field['attachment'] ?? ''}: ${fault.message}`}</p> : null}
    </section>
  );
}
