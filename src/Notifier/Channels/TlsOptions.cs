using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Observability.Configuration;

namespace Observability.Notifier.Channels;

/// <summary>Prometheus' <c>tls_config</c> as .NET's options, for HTTP and SMTP alike.</summary>
internal static class TlsOptions
{
    /// <summary>A bundle of every public authority has 250 kB.</summary>
    private const int MostCertificateBytes = 1 << 20;

    /// <exception cref="HttpSettingsException">A certificate or key cannot be read.</exception>
    public static SslClientAuthenticationOptions Of(TlsSettings settings, IFileReader files, string? serverName = null)
    {
        var options = new SslClientAuthenticationOptions { EnabledSslProtocols = Protocols(settings), TargetHost = settings.ServerName ?? serverName };
        try
        {
            if (settings.InsecureSkipVerify)
            {
                // The user wrote insecure_skip_verify; Prometheus and Alertmanager do the same.
#pragma warning disable CA5359, MA0039
                options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359, MA0039
            }
            else if (Text(settings.Authority, settings.AuthorityFile, files) is { } authority)
            {
                var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
                policy.CustomTrustStore.ImportFromPem(authority);
                options.CertificateChainPolicy = policy;
            }
            if (Text(settings.Certificate, settings.CertificateFile, files) is { } certificate)
            {
                options.ClientCertificates = [X509Certificate2.CreateFromPem(certificate, Key(settings, files))];
            }
        }
        catch (CryptographicException exception)
        {
            throw new HttpSettingsException($"tls_config: {exception.Message}", exception);
        }
        return options;
    }

    private static string Key(TlsSettings settings, IFileReader files)
    {
        var key = settings.Key?.Read(files) ?? new SecretReading(null, "a certificate needs its key");
        return key.Value ?? throw new HttpSettingsException($"tls_config: {key.Problem}");
    }

    private static string? Text(string? text, string? path, IFileReader files)
    {
        if (text is not null || path is null)
        {
            return text;
        }
        var reading = files.Read(path, MostCertificateBytes);
        return reading.Bytes is { } bytes ? Encoding.ASCII.GetString(bytes) : throw new HttpSettingsException($"tls_config: '{path}' {reading.Problem}");
    }

    /// <summary>None lets the system choose, which is right unless a file bounds it. Versions below 1.2 are not offered: systems refuse them by now.</summary>
    private static SslProtocols Protocols(TlsSettings settings) => (settings.MinimumVersion, settings.MaximumVersion) switch
    {
        ("TLS13", _) => SslProtocols.Tls13,
        (_, "TLS12") => SslProtocols.Tls12,
        _ => SslProtocols.None,
    };
}
