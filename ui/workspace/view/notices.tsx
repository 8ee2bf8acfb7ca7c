import { Button } from 'react-aria-components';
import type { Notice } from '../state/model.ts';
import { en as text } from '../text/en.ts';

function wording(notice: Notice): string {
  switch (notice.kind) {
    case 'timeout':
      return text.notice.timeout(notice.command);
    case 'unknown':
      return text.notice.unknown(notice.command);
    case 'refused': {
      const why = notice.field === undefined ? notice.detail : `${text.field[notice.field] ?? notice.field}: ${notice.detail}`;
      return notice.command === '' ? why : text.notice.refused(notice.command, why);
    }
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
