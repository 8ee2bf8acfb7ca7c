import type { ContactServer, NewAttribute, ResponseCategory, StandardResponses } from '../../../contracts/contacts.ts';

const firstNames = ['John', 'Joanna', 'Maria', 'Peter', 'Zoë', 'Ahmed', 'Ingrid', 'Luis', 'Mei', 'Søren'];
const lastNames = ['Smith', 'García', 'Müller', 'Nguyen', "O'Neill"];
const cities = ['Boston', 'Lyon', 'Kraków', 'Osaka'];

const tenant = 'acme';

/** Writes the demo's contacts and texts where there are none. Several nodes may do it at once: a contact is made once. Needs the primary. */
export async function seedDemoContacts({ contacts, responses }: ContactServer): Promise<void> {
  const wanted = demoContacts();
  const { total } = await contacts.search(tenant, { kind: 'all' }, { startIndex: 0, maxResults: 1 }, []);
  if (total < wanted.length)
    for (const attributes of wanted)
      await contacts.identify(
        tenant,
        attributes.filter(({ name }) => name === 'PhoneNumber'),
        attributes,
      );
  if ((await responses.rootCategories(tenant)).length > 0) return;
  for (const { category, responses: texts } of demoResponses()) await responses.put(tenant, category, texts);
}

/** Fifty customers of the demo's contact centre; their telephone numbers are +15550100 to +15550149. */
function demoContacts(): NewAttribute[][] {
  return lastNames.flatMap((lastName, row) =>
    firstNames.map((firstName, column) => {
      const number = row * firstNames.length + column;
      const mail = `${firstName}.${lastName}`
        .normalize('NFKD')
        .replace(/[^A-Za-z.]/g, '')
        .toLowerCase();
      return [
        { name: 'FirstName', value: firstName, primary: true },
        { name: 'LastName', value: lastName, primary: true },
        { name: 'EmailAddress', value: `${mail}@customer.example`, primary: true },
        { name: 'PhoneNumber', value: `+15550${100 + number}`, primary: true },
        { name: 'City', value: cities[number % cities.length] ?? '', primary: true },
      ];
    }),
  );
}

type Written = Parameters<StandardResponses['put']>[2];

/** A small tree of texts for the demo; the ids are fixed, so that writing them again changes nothing. */
function demoResponses(): { category: ResponseCategory; responses: Written }[] {
  const id = (number: number): string => `0198f000-0000-7000-8000-${String(number).padStart(12, '0')}`;
  const response = (number: number, name: string, subject: string, text: string): Written[number] => ({
    id: id(number),
    name,
    description: name,
    subject,
    body: `<p>${text}</p>`,
    plainTextBody: text,
    language: 'English',
    approved: true,
    attachments: [],
  });
  return [
    {
      category: { id: id(1), name: 'General', description: 'For every customer' },
      responses: [
        response(11, 'Greeting', 'Your message', 'Dear <$Contact.FirstName$>, thank you for your message. My name is <$Agent.FirstName$>.'),
        response(12, 'Goodbye', 'Thank you', 'Thank you, <$Contact.FullName$>. Have a good day.'),
      ],
    },
    {
      category: { id: id(2), parentId: id(1), name: 'Orders', description: 'About orders' },
      responses: [response(21, 'Delay', 'Your order', 'Dear <$Contact.FirstName$>, your order is a little late. We are sorry.')],
    },
  ];
}
