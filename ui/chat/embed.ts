// The script that a foreign page includes; it runs there, as a classic script, and leaves nothing but a button and a frame:
//   <script async src="https://HANDOVER/ui/chat/embed.js" data-queue="chat-inbound" data-nickname="Eve"></script>
// It imports nothing, so that the build makes one file of it.

/** Attributes of the script element that go to the page in the frame. */
const passed = ['queue', 'contactCenter', 'nickname', 'subject'] as const;
const defaultLabel = 'Chat with us';
/** In the embedding page's own storage: whether the frame was open, for the next page of the same tab. */
const openKey = 'handover.chat.open';

function embed(script: HTMLScriptElement): void {
  const { dataset } = script;
  const label = dataset['label'] ?? defaultLabel;
  const frame = createFrame(label, addressOf(script));
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = label;
  style(
    button,
    'right:1rem;bottom:1rem;padding:.7rem 1.2rem;border:0;border-radius:99px;background:#0b57c2;color:#fff;font:16px system-ui,sans-serif',
  );
  const show = (isOpen: boolean): void => {
    // Made when it is first wanted: a page that nobody chats on loads nothing.
    if (isOpen && !frame.isConnected) button.before(frame);
    frame.hidden = !isOpen;
    button.setAttribute('aria-expanded', String(isOpen));
    remember(isOpen);
  };
  button.addEventListener('click', () => {
    show(button.getAttribute('aria-expanded') !== 'true');
    if (!frame.hidden) frame.focus();
  });
  document.body.append(button);
  show(wasOpen());
}

/** The chat's page beside this script; what it is told is in the fragment, which goes to no server. */
function addressOf(script: HTMLScriptElement): string {
  const told = new URLSearchParams();
  for (const name of passed) {
    const value = script.dataset[name];
    if (value !== undefined) told.set(name, value);
  }
  const address = new URL('./', script.src);
  address.hash = told.toString();
  return address.href;
}

function createFrame(title: string, address: string): HTMLIFrameElement {
  const frame = document.createElement('iframe');
  frame.src = address;
  frame.title = title;
  // Our side learns from it which page frames the chat, and whether it may.
  frame.referrerPolicy = 'origin';
  style(
    frame,
    'right:1rem;bottom:4.5rem;width:min(24rem,calc(100vw - 2rem));height:min(36rem,calc(100vh - 6rem));border:1px solid #7d899a;border-radius:12px;background:#fff',
  );
  return frame;
}

const style = (element: HTMLElement, rules: string): void => {
  element.style.cssText = `position:fixed;z-index:2147483000;${rules}`;
};

function remember(isOpen: boolean): void {
  try {
    if (isOpen) sessionStorage.setItem(openKey, '1');
    else sessionStorage.removeItem(openKey);
  } catch {
    // The page may keep nothing; then the frame is closed on its next load.
  }
}

function wasOpen(): boolean {
  try {
    return sessionStorage.getItem(openKey) !== null;
  } catch {
    return false;
  }
}

const script = document.currentScript;
if (script instanceof HTMLScriptElement) {
  if (document.body === null) addEventListener('DOMContentLoaded', () => embed(script));
  else embed(script);
}
