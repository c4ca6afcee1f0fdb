using System.Diagnostics;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Observability.Collector.Normalizing;

namespace Observability.Collector.Tests.Normalizing;

public sealed class SecretRedactorTests
{
    [Theory]
    [InlineData("Authorization: Bearer eyJhbGciOi.abc-def_1 rest", "Authorization: Bearer <redacted> rest")]
    [InlineData("key AKIAIOSFODNN7EXAMPLE used", "key <redacted> used")]
    [InlineData("AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "AWS_SECRET_ACCESS_KEY=<redacted>")]
    [InlineData("{\"aws_secret_access_key\": \"wJalrXUtnFEMI/K7MDENG\"}", "{\"aws_secret_access_key\": \"<redacted>\"}")]
    [InlineData("at postgres://loader:hunter2@db:5432/x", "at postgres://loader:<redacted>@db:5432/x")]
    [InlineData("redis://:pw@cache", "redis://:<redacted>@cache")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc=\n-----END RSA PRIVATE KEY-----\nafter", "<redacted>\nafter")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nMIIEcut off", "<redacted>")]
    public void Secrets_are_replaced_and_the_rest_stays(string text, string expected)
    {
        Assert.Equal(expected, SecretRedactor.Redact(text));
        Assert.True(SecretScan.MayHoldSecret(Encoding.UTF8.GetBytes(text)), "the scan must not pass over what the expressions find");
        Assert.Equal(expected, Encoding.UTF8.GetString(SecretRedactor.Redact(Encoding.UTF8.GetBytes(text))!));
    }

    [Theory]
    [InlineData("column \"x\" does not exist")]
    [InlineData("see https://example.com/a@b")]
    [InlineData("mail ana@example.com")]
    [InlineData("the bearer of bad news")]
    [InlineData("AKIA is a prefix")]
    public void Ordinary_text_stays_the_same_instance(string text) => Assert.Same(text, SecretRedactor.Redact(text));

    [Fact]
    public void Whatever_the_expressions_change_the_scan_has_announced() =>
        Prop.ForAll<string>(text => text is null || ReferenceEquals(SecretRedactor.Redact(text), text) || SecretScan.MayHoldSecret(Encoding.UTF8.GetBytes(text)))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_secret_anywhere_in_a_payload_is_announced_for_its_text_and_not_for_its_neighbours()
    {
        string[] secrets = ["Bearer abcdefgh", "AKIAIOSFODNN7EXAMPLE", "postgres://loader:hunter2@db", "-----BEGIN PRIVATE KEY-----", "aws_secret_access_key=wJalrXUtnFEMIK7MDENG"];
        Prop.ForAll(
            Gen.Choose(0, 20_000).Zip(Gen.Elements(secrets)).ToArbitrary(),
            pair =>
            {
                var (offset, secret) = pair;
                // A long neighbour on both sides, with an address that needs no care, so that the secret falls onto every border between vectors.
                var payload = Encoding.UTF8.GetBytes(new string('x', offset) + secret + " https://example.com/path " + new string('y', 9_000));
                var scan = new SecretScan();
                scan.Read(payload);
                return scan.MayHoldSecret(offset, secret.Length)
                    && !scan.MayHoldSecret(0, offset)
                    && !scan.MayHoldSecret(offset + secret.Length, payload.Length - offset - secret.Length);
            }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_payload_full_of_places_is_judged_text_by_text()
    {
        var payload = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("AKIA ", 20_000)) + "Bearer abcdefgh");
        var scan = new SecretScan();
        scan.Read(payload);
        Assert.True(scan.MayHoldSecret(payload.Length - 15, 15));
    }

    [Fact]
    public void Hostile_text_takes_linear_time()
    {
        var text = string.Concat(Enumerable.Repeat("-----BEGIN PRIVATE KEY-----://a:://Bearer ", 20_000));
        var watch = Stopwatch.StartNew();
        SecretRedactor.Redact(text);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{watch.Elapsed} for {text.Length} characters");
    }
}
