using Observability.Configuration.Yaml;

namespace Observability.Configuration;

/// <summary>Secrets in our own files stand in a file of their own or in the environment, never in the text: these files are meant to be committed.</summary>
internal static class OwnSecretReader
{
    public static Secret? Read(MappingReader mapping, string key, string fileKey)
    {
        if (mapping.Value(key)?.Node is YamlScalar scalar && !VariableExpansion.IsSingleVariable(scalar.Value))
        {
            mapping.Context.MarkSecret(scalar);
            mapping.Error(key, $"a secret must not be written here; name a file with '{fileKey}', or write ${{NAME}} for an environment variable");
            return null;
        }
        return SecretReader.Read(mapping, key, fileKey);
    }
}
