import type { Email } from '../state/item.ts';
import { en as text } from '../text/en.ts';
import { framed } from './framed.ts';

/** An e-mail to read: as text, or what has none as HTML in a frame that runs nothing and is of no origin. */
export function EmailText({ email }: { email: Email }) {
  const rows = [
    [text.letter.from, email.from],
    [text.letter.to, email.to.join(', ')],
    [text.letter.cc, email.cc.join(', ')],
  ] as const;
  return (
    <>
      <dl>
        {rows
          .filter(([, value]) => value !== '')
          .map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      <Body email={email} />
    </>
  );
}

function Body({ email }: { email: Email }) {
  if (email.text !== undefined && email.text !== '')
    return (
      <div className="letter" tabIndex={0} role="document" aria-label={text.letter.body}>
        {email.text}
      </div>
    );
  if (email.html === undefined) return <p className="muted">{text.letter.noBody}</p>;
  return <iframe className="letter" title={text.letter.asSent} sandbox="" referrerPolicy="no-referrer" srcDoc={framed(email.html)} />;
}
