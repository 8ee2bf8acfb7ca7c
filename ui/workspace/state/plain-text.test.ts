import { expect, it } from 'vitest';
import { plainText } from './plain-text.ts';

it.each([
  ['<html><head><title>t</title><style>p{}</style></head><p>Dear  Eve,</p>\n<p>a<br>b</p></html>', 'Dear Eve,\na\nb'],
  ['a &amp; b &lt;c&gt; &#8364; &#x20ac; &unknown; &#9999999;', 'a & b <c> € € &unknown; &#9999999;'],
  ['<script>alert(1)</script>hi<!-- not this -->', 'hi'],
  ['', ''],
])('the words of %j', (html, words) => {
  expect(plainText(html)).toBe(words);
});
