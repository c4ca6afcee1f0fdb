using System.Security.Cryptography;
using System.Text;
using Observability.Configuration.Yaml;

namespace Observability.Configuration;

/// <summary>Reads <c>access.yaml</c>. A key file is read and hashed at once, so that no key stays in memory.</summary>
public static class AccessReader
{
    private static readonly Dictionary<string, AccessRoles> s_roles = new(StringComparer.Ordinal)
    {
        ["ingest"] = AccessRoles.Ingest,
        ["read"] = AccessRoles.Read,
        ["edit"] = AccessRoles.Edit,
        ["admin"] = AccessRoles.Admin,
    };

    /// <summary>Shorter keys can be guessed: 16 characters of a random key in base64 are 96 bits.</summary>
    private const int MinimumKeyLength = 16;

    public static ConfigurationResult<AccessConfiguration> Read(
        string text,
        string file,
        string directory,
        EnvironmentsConfiguration environments,
        IFileReader files,
        Func<string, string?>? variables = null)
    {
        var context = new ReadingContext(file, directory, variables ?? Environment.GetEnvironmentVariable);
        var root = MappingReader.OfRoot(YamlTree.Read(text, context), context);
        return context.Finish(root is null ? null : ReadRoot(root, environments, files));
    }

    private static AccessConfiguration ReadRoot(MappingReader root, EnvironmentsConfiguration environments, IFileReader files)
    {
        var keys = new List<ApiKey>();
        foreach (var item in root.Items("keys"))
        {
            if (item.AsMapping() is not { } mapping)
            {
                continue;
            }
            var key = ReadKey(mapping, environments, files);
            if (keys.Find(other => other.Name == key.Name || (key.Sha256.Length > 0 && other.Sha256.Span.SequenceEqual(key.Sha256.Span))) is { } first)
            {
                item.Error($"'{key.Name}' has the name or the key of '{first.Name}' in line {first.Line}; who did something must be told apart");
            }
            keys.Add(key);
        }
        root.Finish();
        if (keys.Count == 0)
        {
            root.Context.Warn(1, 1, "keys", "no key is defined: nobody can use the APIs");
        }
        return new AccessConfiguration { Keys = keys };
    }

    private static ApiKey ReadKey(MappingReader mapping, EnvironmentsConfiguration environments, IFileReader files)
    {
        var key = new ApiKey
        {
            Name = mapping.RequiredText("name", "the actor that requests and changes are recorded under"),
            Line = mapping.Line,
            Sha256 = ReadHash(mapping, files),
            Roles = ReadRoles(mapping),
            Environments = EnvironmentNames.Read(mapping, "environments", environments),
        };
        mapping.Finish();
        return key;
    }

    private static byte[] ReadHash(MappingReader mapping, IFileReader files)
    {
        var hash = mapping.Text("sha256");
        var file = mapping.FilePath("key_file");
        if (hash is null == file is null)
        {
            mapping.Error("needs one of sha256 (64 hex digits: printf %s KEY | sha256sum) and key_file");
            return [];
        }
        if (hash is not null)
        {
            if (hash.Length == 64 && hash.All(char.IsAsciiHexDigit))
            {
                return Convert.FromHexString(hash);
            }
            // The value is not repeated: somebody may have written the key itself here.
            mapping.Error("sha256", "must be 64 hex digits: the SHA-256 of the key, not the key");
            return [];
        }
        var reading = Secret.FromFile(file!).Read(files);
        if (reading.Value is not { } key)
        {
            mapping.Error("key_file", reading.ToString());
            return [];
        }
        if (key.Length < MinimumKeyLength)
        {
            mapping.Error("key_file", $"the key in the file is shorter than {MinimumKeyLength} characters and could be guessed");
        }
        return SHA256.HashData(Encoding.UTF8.GetBytes(key));
    }

    private static AccessRoles ReadRoles(MappingReader mapping)
    {
        var roles = AccessRoles.None;
        foreach (var item in mapping.Items("roles"))
        {
            if (item.AsText() is not { } text)
            {
                continue;
            }
            if (!s_roles.TryGetValue(text, out var role))
            {
                item.Error($"must be one of {string.Join(", ", s_roles.Keys)}, not '{text}'");
            }
            roles |= role;
        }
        if (roles == AccessRoles.None && mapping.Context.Errors.Count == 0)
        {
            mapping.Error($"'roles' is missing: a key without one may do nothing; write one or more of {string.Join(", ", s_roles.Keys)}");
        }
        return roles;
    }
}
