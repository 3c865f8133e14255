// A text field with line numbers and marks. The text goes to the server after a pause in typing, as a stream and one at a time, so that neither a long
// text nor a fast typist fills the connection.
const LINE = 20;
const TOP = 10;

// Milliseconds: after which a text that was not taken is sent again, and after which an answer is not waited for any more.
const AGAIN = 1000;
const PATIENCE = 15000;

const until = (call, limit) => Promise.race([call, new Promise((_, reject) => setTimeout(reject, limit))]);

export function attach(root, page, limit, pause) {
  const text = root.querySelector('textarea');
  const numbers = root.querySelector('.editor-numbers');
  const marks = root.querySelector('.editor-marks');
  let timer = 0;
  let busy = false;
  let late = false;
  let closed = false;
  let count = 0;

  const draw = () => {
    const now = text.value.split('\n').length;
    if (now !== count) {
      count = now;
      numbers.textContent = Array.from({ length: count }, (_, i) => i + 1).join('\n');
      root.style.setProperty('--digits', String(count).length);
    }
    numbers.style.transform = marks.style.transform = `translateY(${-text.scrollTop}px)`;
  };

  const send = async () => {
    if (busy) {
      late = true;
      return;
    }
    busy = true;
    try {
      do {
        late = false;
        await until(text.value.length > limit
          ? page.invokeMethodAsync('RefuseAsync', text.value.length)
          : page.invokeMethodAsync('TakeAsync', DotNet.createJSStreamReference(bytes(text.value))), PATIENCE);
      } while (late);
    } catch {
      // The connection is away, or lost the text: it stays here and is sent again until the page is closed.
      if (!closed) {
        clearTimeout(timer);
        timer = setTimeout(send, AGAIN);
      }
    } finally {
      busy = false;
    }
  };

  text.addEventListener('input', () => {
    draw();
    clearTimeout(timer);
    timer = setTimeout(send, pause);
  });
  text.addEventListener('scroll', draw, { passive: true });
  root.addEventListener('keydown', event => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      page.invokeMethodAsync('SubmitAsync').catch(() => {});
    }
  });
  root.editor = {
    send,
    stop: () => {
      closed = true;
      clearTimeout(timer);
    },
  };
  draw();
  text.readOnly = false;
  send();
}

export const detach = root => root?.editor?.stop();

const bytes = value => new TextEncoder().encode(value);

/** The text as it is now, up to one character more than the limit. */
export const read = (root, limit) => bytes(root.querySelector('textarea').value.slice(0, limit + 1));

/** Puts another text in place, so that undo brings back what was there. */
export function replace(root, value) {
  const text = root.querySelector('textarea');
  text.focus();
  text.select();
  if (!document.execCommand('insertText', false, value)) {
    text.value = value;
    text.dispatchEvent(new Event('input'));
  }
  text.setSelectionRange(0, 0);
  text.scrollTop = 0;
  return root.editor.send();
}

/** Marks lines, numbered from 1. */
export function mark(root, lines) {
  root.querySelector('.editor-marks').replaceChildren(...lines.map(line => {
    const at = document.createElement('div');
    at.className = 'editor-mark';
    at.dataset.line = line;
    at.style.top = `${TOP + (line - 1) * LINE}px`;
    return at;
  }));
}

/** Selects a line and brings it into sight. */
export function goTo(root, line) {
  const text = root.querySelector('textarea');
  const lines = text.value.split('\n');
  const start = lines.slice(0, line - 1).reduce((sum, l) => sum + l.length + 1, 0);
  text.focus();
  text.setSelectionRange(start, start + (lines[line - 1] ?? '').length);
  text.scrollTop = Math.max(0, TOP + (line - 1) * LINE - text.clientHeight / 2);
}
