import { Button } from 'react-aria-components';
import type { Notice } from '../state/model.ts';
import { en as text } from '../text/en.ts';

function wording(notice: Notice): string {
  switch (notice.kind) {
    case 'timeout':
      return text.notice.timeout(notice.command);
    case 'unknown':
      return text.notice.unknown(notice.command);
    case 'refused':
      return notice.command === '' ? notice.detail : text.notice.refused(notice.command, notice.detail);
  }
}

/** What went wrong, until it is dismissed. */
export function Notices({ notices, onDismiss }: { notices: readonly Notice[]; onDismiss: (id: number) => void }) {
  return (
    <aside className="notices" role="log">
      {notices.map(notice => (
        <p key={notice.id}>
          {wording(notice)}
          <Button className="quiet" onPress={() => onDismiss(notice.id)}>
            {text.notice.dismiss}
          </Button>
        </p>
      ))}
    </aside>
  );
}
