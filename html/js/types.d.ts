// What the checker cannot know by itself.
declare module '*.txt' {
  const text: string;
  export default text;
}
interface TrustedTypePolicyFactory {
  createPolicy(name: string, rules: { createScriptURL?: (s: string) => string }): { createScriptURL(s: string): { toString(): string } };
}
interface Window {
  trustedTypes?: TrustedTypePolicyFactory;
}
