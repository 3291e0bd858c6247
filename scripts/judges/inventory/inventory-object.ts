/** A thing in an account as AWS itself describes it. */
export interface InventoryObject {
  /** Type as CloudFormation names it: `AWS::EC2::VPC`. */
  readonly type: string;
  /** What AWS calls it: an id, a name or an ARN, unique in its type. */
  readonly key: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Members as AWS's answers have them, without tags; what further calls tell stands under a name of its own. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Where an AWS answers, and as whom to ask. */
export interface Place {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** AWS has four ways to write tags. */
export type AwsTags =
  | readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[]
  | readonly { readonly TagKey?: string | undefined; readonly TagValue?: string | undefined }[]
  | Readonly<Record<string, string>>
  | undefined;

/** Tags as a map, whatever the service calls them. */
export function tagMap(tags: AwsTags): Readonly<Record<string, string>> {
  if (tags === undefined) return {};
  if (!Array.isArray(tags)) return tags as Readonly<Record<string, string>>;
  return Object.fromEntries(
    tags.map((tag) => [tag.Key ?? tag.TagKey ?? '', tag.Value ?? tag.TagValue ?? ''] as [string, string]),
  );
}

/** An object of an answer: its tags apart from its other members. */
export function objectOf(
  type: string,
  key: string | undefined,
  { tags, ...attributes }: Readonly<Record<string, unknown>> & { readonly tags?: AwsTags },
): InventoryObject {
  if (key === undefined) throw new Error(`AWS tells no key of a ${type}`);
  const { Tags, TagSet, TagList, ...others } = attributes;
  return { type, key, tags: tagMap(tags ?? ((Tags ?? TagSet ?? TagList) as AwsTags)), attributes: others };
}

/** All pages of a list, by the token that each answer gives for the next one. */
export async function pagesOf<Answer>(
  ask: (token: string | undefined) => Promise<Answer>,
  next: (answer: Answer) => string | undefined,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  let token: string | undefined;
  do {
    const answer = await ask(token);
    answers.push(answer);
    token = next(answer);
  } while (token !== undefined && token !== '');
  return answers;
}

/** The answer, or undefined where AWS says with one of these codes that there is none. */
export async function orNone<T>(answer: Promise<T>, codes: readonly string[]): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && codes.includes(error.name)) return undefined;
    throw error;
  }
}

/** What an answer holds but for how the SDK got it. */
export function plain<T extends object>(answer: T): Omit<T, '$metadata'> {
  const { $metadata: _, ...rest } = answer as T & { $metadata?: unknown };
  return rest as Omit<T, '$metadata'>;
}
