using System.Security.Cryptography;
using System.Text;

namespace Observability.Configuration.Tests.Files;

public sealed class AccessTests
{
    private const string Key = "a-key-of-good-length";

    private static readonly string s_hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Key)));

    private static readonly MemoryFiles s_files = new(("/c/k/ci", "another-key-of-good-length\n"), ("/c/k/short", "abc"), ("/c/k/empty", "\n"));

    [Fact]
    public void A_key_is_found_by_what_was_presented_and_by_nothing_else()
    {
        var access = Reading.Value(Read($"keys: [{{name: grafana, sha256: {s_hash}, roles: [read]}}, {{name: ci, key_file: k/ci, roles: [ingest, edit], environments: [production, pr-*]}}]"));
        Assert.Equal("grafana", access.Find(Key)!.Name);
        Assert.Equal("ci", access.Find("another-key-of-good-length")!.Name);
        Assert.Null(access.Find(Key + " "));
        Assert.Null(access.Find(s_hash));
        Assert.Null(access.Find(""));
    }

    [Fact]
    public void Roles_and_environments_bound_a_key()
    {
        var ci = Reading.Value(Read("keys: [{name: ci, key_file: k/ci, roles: [ingest, edit], environments: [production, pr-*]}]")).Keys[0];
        Assert.Equal((true, true, false, false), (ci.Has(AccessRoles.Ingest), ci.Has(AccessRoles.Edit), ci.Has(AccessRoles.Read), ci.Has(AccessRoles.Admin)));
        Assert.Equal((true, true, false, false), (ci.Covers("prod"), ci.Covers("pr-12"), ci.Covers("dev"), ci.Covers("unknown")));
        var root = Reading.Value(Read("keys: [{name: root, key_file: k/ci, roles: [admin]}]")).Keys[0];
        Assert.True(root.Has(AccessRoles.Ingest | AccessRoles.Edit) && root.Covers("unknown"));
    }

    [Theory]
    [InlineData("keys: [{name: a, roles: [read]}]", "1:8 keys[0]: needs one of sha256 (64 hex digits: printf %s KEY | sha256sum) and key_file")]
    [InlineData("keys: [{name: a, sha256: opensesame, roles: [read]}]", "1:18 keys[0].sha256: must be 64 hex digits: the SHA-256 of the key, not the key")]
    [InlineData("keys: [{name: a, key_file: k/none, roles: [read]}]", "1:18 keys[0].key_file: secret file '/c/k/none': does not exist")]
    [InlineData("keys: [{name: a, key_file: k/empty, roles: [read]}]", "1:18 keys[0].key_file: secret file '/c/k/empty' is empty")]
    [InlineData("keys: [{name: a, key_file: k/short, roles: [read]}]", "1:18 keys[0].key_file: the key in the file is shorter than 16 characters and could be guessed")]
    [InlineData("keys: [{name: a, key_file: k/ci, roles: [writer]}]", "1:42 keys[0].roles[0]: must be one of ingest, read, edit, admin, not 'writer'")]
    [InlineData("keys: [{name: a, key_file: k/ci}]", "1:8 keys[0]: 'roles' is missing: a key without one may do nothing; write one or more of ingest, read, edit, admin")]
    [InlineData("keys: [{name: a, key_file: k/ci, roles: [read], environments: [prud]}]", "1:64 keys[0].environments[0]: environment 'prud' is not declared in environments.yaml; did you mean 'prod'?")]
    [InlineData("keys: [{name: a, key_file: k/ci, roles: [read]}, {name: b, key_file: k/ci, roles: [read]}]", "1:50 keys[1]: 'b' has the name or the key of 'a' in line 1; who did something must be told apart")]
    public void Faults_are_refused(string text, string expected) => Reading.AssertErrors(Read(text), expected);

    [Fact]
    public void Roles_on_disk_never_change() =>
        Assert.Equal((1, 2, 4, 8), ((int)AccessRoles.Ingest, (int)AccessRoles.Read, (int)AccessRoles.Edit, (int)AccessRoles.Admin));

    private static ConfigurationResult<AccessConfiguration> Read(string text) =>
        AccessReader.Read(text, "access.yaml", "/c", Reading.Environments, s_files, _ => null);
}
