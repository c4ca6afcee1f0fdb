using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Observability.Collector.Receiving.Signatures;
using Observability.Collector.Tests.Support;

namespace Observability.Collector.Tests.Receiving.Signatures;

public sealed class SignatureVerifierTests
{
    private static readonly SignatureScheme GitHub = new(SignatureAlgorithm.HmacSha256, "X-Hub-Signature-256", "sha256=");
    private static readonly SignatureScheme CircleCi = new(SignatureAlgorithm.HmacSha256, "circleci-signature", "v1=", IsList: true);
    private static readonly SignatureScheme Terraform = new(SignatureAlgorithm.HmacSha512, "X-TFE-Notification-Signature");
    private static readonly SignatureScheme GitLab = new(SignatureAlgorithm.Token, "X-Gitlab-Token");
    private static readonly SignatureScheme Timed = new(SignatureAlgorithm.HmacSha256, "X-Signature", TimestampHeader: "X-Time");

    private static readonly SignatureVerifier Verifier = new(TimeProvider.System);

    public static TheoryData<string, string, string, string> Vectors()
    {
        var data = new TheoryData<string, string, string, string>();
        foreach (var vector in JsonDocument.Parse(SampleFiles.Bytes("signatures/vectors.json")).RootElement.EnumerateArray())
        {
            data.Add(Text("system"), Text("secret"), Text("body"), Text("expected"));
            string Text(string name) => vector.GetProperty(name).GetString()!;
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Published_vectors_verify_and_any_changed_byte_does_not(string system, string secret, string body, string expected)
    {
        var scheme = system == "github" ? GitHub : CircleCi;
        var bytes = Encoding.UTF8.GetBytes(body);
        Assert.Equal(SignatureVerdict.Verified, Verify(scheme, expected, bytes, secret));
        Assert.Equal(SignatureVerdict.Wrong, Verify(scheme, expected, bytes, secret + "x"));
        bytes[0] ^= 1;
        Assert.Equal(SignatureVerdict.Wrong, Verify(scheme, expected, bytes, secret));
    }

    [Fact]
    public void Either_the_present_or_the_previous_secret_may_have_signed()
    {
        var signature = "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData("old"u8, "body"u8));
        Assert.Equal(SignatureVerdict.Verified, Verify(GitHub, signature, "body"u8.ToArray(), "new", "old"));
    }

    [Fact]
    public void Sha512_without_a_prefix_and_upper_case_digits_verify()
    {
        var signature = Convert.ToHexString(HMACSHA512.HashData("token"u8, "body"u8));
        Assert.Equal(SignatureVerdict.Verified, Verify(Terraform, signature, "body"u8.ToArray(), "token"));
    }

    [Theory]
    [InlineData("", SignatureVerdict.Missing)]
    [InlineData("sha1=757107ea0eb2509fc211221cce984b8a37570b6d", SignatureVerdict.Unreadable)]
    [InlineData("sha256=", SignatureVerdict.Unreadable)]
    [InlineData("sha256=zz7107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17", SignatureVerdict.Unreadable)]
    [InlineData("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e", SignatureVerdict.Unreadable)]
    [InlineData("757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17", SignatureVerdict.Unreadable)]
    internal void What_is_not_in_the_schemes_form_is_no_signature(string presented, SignatureVerdict expected) =>
        Assert.Equal(expected, Verify(GitHub, presented, "Hello, World!"u8.ToArray(), "It's a Secret to Everybody"));

    [Fact]
    public void Of_a_list_of_versions_ours_counts_wherever_it_stands()
    {
        var signature = "v0=00, v1=" + Convert.ToHexStringLower(HMACSHA256.HashData("s"u8, "b"u8));
        Assert.Equal(SignatureVerdict.Verified, Verify(CircleCi, signature, "b"u8.ToArray(), "s"));
    }

    [Fact]
    public void A_token_is_compared_whole()
    {
        Assert.Equal(SignatureVerdict.Verified, Verify(GitLab, "secret", [], "secret"));
        Assert.Equal(SignatureVerdict.Wrong, Verify(GitLab, "secre", [], "secret"));
        Assert.Equal(SignatureVerdict.Wrong, Verify(GitLab, "secret ", [], "other"));
    }

    [Theory]
    [InlineData(0, SignatureVerdict.Verified)]
    [InlineData(-299, SignatureVerdict.Verified)]
    [InlineData(301, SignatureVerdict.Stale)]
    [InlineData(-301, SignatureVerdict.Stale)]
    internal void A_signed_time_must_be_near(int secondsAway, SignatureVerdict expected)
    {
        var now = new DateTimeOffset(2026, 11, 21, 6, 0, 0, TimeSpan.Zero);
        var timestamp = (now.ToUnixTimeSeconds() + secondsAway).ToString(CultureInfo.InvariantCulture);
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData("graf"u8, Encoding.UTF8.GetBytes(timestamp + ":body")));
        var headers = new HeaderDictionary { ["X-Signature"] = signature, ["X-Time"] = timestamp };
        Assert.Equal(expected, new SignatureVerifier(new FixedTime(now)).Verify(Timed, headers, "body"u8, ["graf"]));
    }

    private static SignatureVerdict Verify(SignatureScheme scheme, string presented, byte[] body, params string[] secrets) =>
        Verifier.Verify(scheme, new HeaderDictionary { [scheme.Header] = presented }, body, secrets);

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
